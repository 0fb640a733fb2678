//! Korean, in the polite plain style (해요체).

use shared::{Close, Code, Lang, Usage};

use super::Text;

pub(super) static TEXT: Text = Text {
    lang: Lang::Ko,
    tag: "ko",
    other_tag: "en",
    other_name: "English",

    headline: "이야기가 모이는 마당, 부르면 AI도 함께해요.",
    lead: "가입은 없어요. 별명만 정하고 들어오세요.",
    nickname: "별명",
    enter_lobby: "큰마당 들어가기",
    own_room: "나만의 방을 열 수도 있어요",
    room_name: "방 이름",
    room_name_example: "독서-모임",
    room_name_wrong: "한글, 영문 소문자, 숫자, 붙임표로 64자까지 쓸 수 있어요.",
    open_room: "방 열기",
    create_private: "비밀 방 만들기",
    private_note: "링크를 받은 사람만 들어올 수 있어요.",
    glimpse: "지금 큰마당에서는",
    quiet: "아직 조용해요. 먼저 한마디 건네 보세요.",

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
    quote_unknown: "이전 메시지",
    call_bot: |handle| format!("@{handle} 부르기"),
    close: "닫기",
    copy_code: "코드 복사",
    copy_link: "링크 복사",
    copied: "복사했어요",
    copy_by_hand: "이 링크를 복사하세요:",
    you_mark: "나",
    owner_mark: "방장",
    bot_mark: "AI",
    here: |count| format!("{count}명"),
    nobody_here: "아직 아무도 없어요.",

    connection: "연결 상태",
    connected: "연결됨",
    connecting: "연결하는 중…",
    reconnecting: "다시 연결하는 중…",
    offline: "오프라인",
    reconnecting_note: "연결이 끊겼어요. 다시 이어지면 쓰신 글을 보내 드려요.",
    offline_note: "오프라인이에요. 쓰신 글은 두었다가 연결되면 보낼게요.",

    switch_theme: "밝은 화면과 어두운 화면 바꾸기",
    load_older: "이전 이야기 보기",
    loading_older: "불러오는 중…",
    beginning: "여기서 이야기가 시작됐어요.",
    newest: |unseen| match unseen {
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
    follows: |messages| format!("메시지 {messages}개를 따라 읽음"),
    tokens: |Usage { input, cached, output }| match cached {
        0 => format!("입력 {input} · 출력 {output} 토큰"),
        _ => format!("입력 {input}(캐시 {cached}) · 출력 {output} 토큰"),
    },
    reread: "이야기를 다시 읽고 답함",
    rereading: "기억을 잃어서 이야기를 다시 읽고 있어요.",
    demo: "데모: 이 컴퓨터의 작은 모델이 답해요",
    typing: |names| match names {
        [] => String::new(),
        [one] => format!("{one} 님이 쓰고 있어요"),
        [one, two] => format!("{one}, {two} 님이 쓰고 있어요"),
        [one, rest @ ..] => format!("{one} 님 외 {}명이 쓰고 있어요", rest.len()),
    },
    left: |characters| format!("{characters}자 남음"),
    over: |characters| format!("{characters}자 넘침"),

    code,
    wait_seconds: |seconds| format!("{seconds}초 뒤에 다시 해 주세요."),
    absent_private: "그런 방이 없거나 링크가 온전하지 않아요. 전체 링크를 다시 받아 주세요.",
    gone: "이 방은 지워졌어요.",
    banned: "이 방에는 더 이상 들어올 수 없어요.",
    version: "마당이 새로워졌어요. 새로고침하면 이어져요.",
    ended,
    nowhere: "이 주소에는 아무것도 없어요.",
};

fn code(code: Code) -> &'static str {
    match code {
        Code::BadJson | Code::BadFrame | Code::UnknownType | Code::Binary => {
            "방이 이 페이지를 이해하지 못했어요. 새로고침해 주세요."
        }
        Code::NotJoined => "먼저 별명을 정하고 들어오세요.",
        Code::Empty => "보낼 글이 없어요.",
        Code::TooLong => "글이 너무 길어요. 줄여서 다시 보내 주세요.",
        Code::ControlCharacters => "보여 줄 수 없는 글자가 있어요. 빼고 보내 주세요.",
        Code::NicknameEmpty => "별명에는 글자나 숫자가 하나는 있어야 해요.",
        Code::NicknameTooLong => "별명이 너무 길어요. 24자까지 쓸 수 있어요.",
        Code::NicknameCharacters => "별명에 쓸 수 없는 글자가 있어요.",
        Code::NicknameMixed => "함께 쓰지 않는 문자들이 섞여 있어요. 다른 별명을 골라 주세요.",
        Code::NicknameTaken => "누가 쓰고 있거나 비슷해 보이는 별명이에요. 다른 별명을 골라 주세요.",
        Code::NicknameReserved => "따로 정해 둔 이름이에요. 다른 별명을 골라 주세요.",
        Code::SlowDown => "조금 빨랐어요. 잠시 뒤에 다시 해 주세요.",
        Code::Stale => "너무 오래 기다려서 이미 보내졌는지 알 수 없어요. 확인하고, 없으면 다시 보내 주세요.",
        Code::TryLater => "방이 지금은 받지 못했어요. 다시 해 주세요.",
        Code::NoSuchMessage => "그 메시지는 이제 없어요.",
        Code::NotAllowed => "물어본 사람이나 방장만 할 수 있어요.",
        Code::NotNow => "지금은 할 수 있는 일이 없어요.",
        Code::QueueFull => "기다리는 질문이 너무 많아요. 잠시 뒤에 물어보세요.",
        Code::Busy => "AI 서버가 붐비고 있어요. 잠시 뒤에 다시 물어보세요.",
        Code::Quota => "AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        Code::Misconfigured => "AI 설정이 잘못됐어요. 운영자만 고칠 수 있어요.",
        Code::Timeout => "AI가 너무 오래 걸렸어요. 다시 물어보세요.",
        Code::Unreachable => "AI에 연결하지 못했어요. 잠시 뒤에 다시 물어보세요.",
        Code::ContextTooLong => "이야기가 AI에게 너무 길어졌어요.",
        Code::Filtered => "제공자의 필터가 막았어요.",
        Code::Declined => "AI가 답하지 않기로 했어요.",
        Code::Length => "답이 길이 한도에 닿았어요.",
        Code::Cut => "AI와의 연결이 중간에 끊겼어요.",
        Code::Unknown => "잘 되지 않았어요. 다시 해 주세요.",
    }
}

fn ended(why: Close) -> &'static str {
    match why {
        Close::Reset | Close::Slow | Close::NoHello => "연결이 닫혔어요. 새로고침하면 돌아올 수 있어요.",
        Close::TooLarge | Close::BadFrames => "방이 이 페이지를 이해하지 못했어요. 새로고침해 주세요.",
        Close::Identity => "방문 기간이 끝났어요. 새로고침하면 다시 들어올 수 있어요.",
        Close::Banned => TEXT.banned,
        Close::Protocol => TEXT.version,
        Close::Replaced => "더 새로운 연결에서 이야기가 이어지고 있어요. 여기서 보려면 새로고침해 주세요.",
        Close::Gone => TEXT.gone,
    }
}
