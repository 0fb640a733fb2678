//! The Korean texts, in the polite informal style (해요체).

mod errors;
mod owners;

use client::number_format::group_thousands;
use shared::{CloseCode, Lang, Usage, tool_name};

use super::text::Text;

pub(super) static TEXT: Text = Text {
    lang: Lang::Ko,
    tag: "ko",
    other_tag: "en",
    other_name: "English",

    headline: "이야기가 모이는 마당, 부르면 AI도 함께해요.",
    lead: "가입은 없어요. 별명만 정하고 들어오세요.",
    nickname: "별명",
    enter_lobby: "큰마당 들어가기",
    create_room: "나만의 방을 열 수도 있어요",
    room_name: "방 이름",
    room_name_example: "독서-모임",
    room_name_wrong: "한글, 영문 소문자, 숫자, 붙임표로 64자까지 쓸 수 있어요.",
    open_room: "방 열기",
    create_private: "비밀 방 만들기",
    private_note: "링크를 받은 사람만 들어올 수 있어요.",
    lobby_preview: "지금 큰마당에서는",
    empty_room: "아직 조용해요. 먼저 한마디 건네 보세요.",

    join: "들어가기",
    join_note: "지금은 읽기만 하고 있어요. 별명을 정하면 이야기할 수 있어요.",
    join_new_note: "새로운 방이에요. 들어가면 이 방의 주인이 돼요.",
    lobby: "큰마당",
    private_room: "비밀 방",
    home: "처음으로",
    reload: "새로고침",

    messages: "메시지 목록",
    people: "사람들",
    bots: "이 방의 AI",
    message: "메시지",
    message_example: "이야기를 건네 보세요…",
    send: "보내기",
    stop: "멈추기",
    regenerate: "다시 묻기",
    retry: "다시 보내기",
    discard: "지우기",
    reply: "답장",
    cancel_reply: "답장 취소",
    unknown_quote: "이전 메시지",
    call_bot: |handle| format!("@{handle} 부르기"),
    close: "닫기",
    copy_code: "코드 복사",
    copy_link: "링크 복사",
    copied: "복사했어요",
    copy_by_hand: "이 링크를 복사하세요:",
    you_mark: "나",
    owner_mark: "방장",
    bot_mark: "AI",
    people_count: |count| format!("{count}명"),
    more_people: |count| format!("외 {count}명 더 보기"),
    nobody_here: "아직 아무도 없어요.",

    connection: "연결 상태",
    connected: "연결됨",
    connecting: "연결하는 중…",
    reconnecting: "다시 연결하는 중…",
    offline: "오프라인",
    reconnecting_note: "연결이 끊겼어요. 다시 이어지면 쓰신 글을 보내 드려요.",
    slow_down_note: "같은 네트워크에서 한꺼번에 너무 많이 들어왔어요. 저절로 다시 시도하니 창을 열어 두세요.",
    offline_note: "오프라인이에요. 쓰신 글은 두었다가 연결되면 보낼게요.",

    switch_theme: "밝은 화면과 어두운 화면 바꾸기",
    load_older: "이전 이야기 보기",
    loading_older: "불러오는 중…",
    room_start: "여기서 이야기가 시작됐어요.",
    jump_to_newest: |unseen| match unseen {
        0 => "최근 이야기로".to_owned(),
        _ => format!("새 이야기 {unseen}개"),
    },
    today: "오늘",
    yesterday: "어제",

    sending: "보내는 중",
    not_sent: "보내지 못했어요.",
    queued: |position| match position {
        None | Some(0) => "다음 차례예요".to_owned(),
        Some(before) => format!("기다리는 중이에요. 앞에 {before}개 있어요"),
    },
    thinking: "생각하는 중이에요",
    writing: "쓰는 중이에요",
    incomplete: "답이 다 오지 못했어요.",
    stopped: "멈췄어요.",
    interrupted: "답이 중간에 끊겼어요. 필요하면 다시 물어보세요.",
    failed: "이번에는 답하지 못했어요.",
    messages_read: |messages| format!("메시지 {messages}개를 따라 읽음"),
    tokens: |Usage { input, cached, output }| match cached {
        0 => format!("입력 {} · 출력 {} 토큰", group_thousands(input), group_thousands(output)),
        _ => format!(
            "입력 {}(캐시 {}) · 출력 {} 토큰",
            group_thousands(input),
            group_thousands(cached),
            group_thousands(output)
        ),
    },
    chain_rebuilt: "이야기를 다시 읽고 답함",
    rebuilding_chain: "기억을 잃어서 이야기를 다시 읽고 있어요.",
    demo: "데모: 이 컴퓨터의 작은 모델이 답해요",
    typing: |names| match names {
        [] => String::new(),
        [one] => format!("{one} 님이 쓰고 있어요"),
        [one, two] => format!("{one}, {two} 님이 쓰고 있어요"),
        [one, rest @ ..] => format!("{one} 님 외 {}명이 쓰고 있어요", rest.len()),
    },
    characters_left: |characters| format!("{characters}자 남음"),
    characters_over: |characters| format!("{characters}자 넘침"),

    mention: "부르기",
    mention_suggestions: "부르기",
    suggestions: |count| format!("고를 수 있는 이름 {count}개"),
    cost_hint: |bots, tokens| format!("{bots}에게 물어요 · {tokens}토큰쯤 읽어요"),
    tool_use,
    poll_in_progress: "투표를 만드는 중이에요…",
    summary_in_progress: "이야기를 간추리는 중이에요…",
    votes: |count| match count {
        0 => "아직 표가 없어요".to_owned(),
        _ => format!("{count}표"),
    },
    voters: "누가 골랐나요",
    unknown_person: "나간 사람",
    topics: "주제",
    decisions: "정한 것",
    open_questions: "남은 질문",
    more: "더 보기",
    edit: "고치기",
    delete: "지우기",
    edit_message: "메시지 고치기",
    save: "저장",
    cancel: "취소",
    edited: "고침",
    deleted: "지운 메시지예요.",
    resets_at: |at| format!("{at}에 다시 쓸 수 있어요."),
    room_bots: "봇",
    price: |input, output| format!("백만 토큰에 입력 {input}, 출력 {output}"),
    price_unknown: "값을 몰라요",
    custom_bot_mark: "이 방의 봇",
    bill: "비용",
    bill_day: "오늘",
    bill_all: "지금까지",
    bill_yours: "오늘 내 몫",
    answers: |count| format!("답 {count}개"),
    limits,
    day_ends: |at| format!("하루는 {at}에 새로 시작해요."),
    bill_note: "공개된 값으로 어림했어요. 실제 청구는 다를 수 있어요.",
    add_bot: "봇 만들기",
    change_bot: |handle| format!("@{handle} 고치기"),
    remove_bot: |handle| format!("@{handle} 지우기"),
    saving: "저장하는 중…",
    handle: "호출 이름",
    handle_note: "@ 뒤에 쓰는 말이에요. 영문 소문자, 숫자, _, -.",
    aliases: "다른 이름",
    aliases_note: "이렇게 불러도 와요. 띄어쓰기로 나눠 주세요.",
    bot_name: "화면 이름",
    about: "소개",
    instructions: "지침",
    instructions_note: "어떤 봇이고 어떻게 답하는지 적어 주세요.",
    model: "모델",
    default_choice: "보통",
    temperature: "온도",
    top_p: "Top P",
    max_output_tokens: "가장 긴 답",
    max_output_tokens_note: "토큰 수, 64에서 8,192.",
    reasoning_effort: "생각의 깊이",
    tools: "도구",
    tool,
    field_error: errors::field_error,

    error: errors::error,
    error_of_hour: errors::error_of_hour,
    wait_seconds: |seconds| format!("{seconds}초 뒤에 다시 해 주세요."),
    private_room_not_found: "그런 방이 없거나 링크가 온전하지 않아요. 전체 링크를 다시 받아 주세요.",
    room_deleted: "이 방은 지워졌어요.",
    banned: "이 방에는 더 이상 들어올 수 없어요.",
    kicked: "이 방에서 내보내졌어요. 1분 뒤에 다시 들어올 수 있어요.",
    locked: "잠긴 방이에요. 지금은 새로 들어올 수 없어요.",
    reload_required: "마당이 새로워졌어요. 새로고침하면 이어져요.",
    connection_ended,
    page_not_found: "이 주소에는 아무것도 없어요.",

    privacy_page: "/privacy/ko",
    privacy: "개인정보",
    my_data: "이 방의 내 데이터",
    download: "내려받기",
    delete_all: "내가 쓴 것 모두 지우기",
    delete_all_question: "이 방에서 내가 쓴 것을 모두에게서 영영 지우고 나갈까요?",
    delete_all_failed: "지금은 지울 수 없습니다. 잠시 뒤에 다시 해 보세요.",
    owners: owners::TEXTS,
};

fn connection_ended(why: CloseCode) -> &'static str {
    match why {
        CloseCode::Reset | CloseCode::Slow | CloseCode::NoHello => {
            "연결이 닫혔어요. 새로고침하면 돌아올 수 있어요."
        }
        CloseCode::TooLarge | CloseCode::BadFrames => {
            "방이 이 페이지를 이해하지 못했어요. 새로고침해 주세요."
        }
        CloseCode::Identity => "방문 기간이 끝났어요. 새로고침하면 다시 들어올 수 있어요.",
        CloseCode::Banned => TEXT.banned,
        CloseCode::Protocol => TEXT.reload_required,
        CloseCode::Replaced => {
            "더 새로운 연결에서 이야기가 이어지고 있어요. 여기서 보려면 새로고침해 주세요."
        }
        CloseCode::Gone => TEXT.room_deleted,
        CloseCode::Kicked => TEXT.kicked,
    }
}

fn tool_use(tool: &str, what: &str, is_over: bool) -> String {
    match tool {
        tool_name::WEATHER if is_over => format!("{what} 날씨를 찾아봤어요"),
        tool_name::WEATHER => format!("{what} 날씨를 찾아보는 중이에요…"),
        tool_name::TIME if is_over => format!("{what} 시각을 확인했어요").trim_start().to_owned(),
        tool_name::TIME => format!("{what} 시각을 확인하는 중이에요…").trim_start().to_owned(),
        tool_name::SEARCH if is_over => format!("방에서 ‘{what}’ 이야기를 찾아봤어요"),
        tool_name::SEARCH => format!("방에서 ‘{what}’ 이야기를 찾는 중이에요…"),
        _ if is_over => format!("{tool} 도구를 썼어요 {what}").trim_end().to_owned(),
        _ => format!("{tool} 도구로 찾아보는 중이에요…"),
    }
}

fn limits(room: Option<&str>, person: Option<&str>) -> String {
    match (room, person) {
        (None, None) => "하루 한도가 없어요.".to_owned(),
        (Some(room), None) => format!("이 방은 하루에 {room}까지 쓸 수 있어요."),
        (None, Some(person)) => format!("한 사람이 하루에 {person}까지 쓸 수 있어요."),
        (Some(room), Some(person)) => format!("하루에 이 방은 {room}, 한 사람은 {person}까지 쓸 수 있어요."),
    }
}

fn tool(name: &str) -> Option<&'static str> {
    match name {
        tool_name::WEATHER => Some("날씨"),
        tool_name::TIME => Some("시계"),
        tool_name::SEARCH => Some("이 방에서 찾기"),
        _ => None,
    }
}
