//! Korean texts about people, owners and operators.

use shared::{ModerationAct, RoomSettings, Strictness};

use crate::i18n::text::owners::{OwnerTexts, settings_in_words};

pub(super) const TEXTS: OwnerTexts = OwnerTexts {
    mute_for_me: "나에게만 가리기",
    unmute_for_me: "다시 보기",
    is_muted_for_me: "나에게만 가려 둔 사람이에요. 다른 사람은 알 수 없어요.",
    folded: |name| format!("{name} 님의 메시지를 가렸어요."),
    show_again: "다시 보기",
    mute: "글쓰기 막기",
    unmute: "글쓰기 허용",
    kick: "내보내기",
    kick_note: "내보내면 1분 동안 들어오지 못해요.",
    ban: "차단",
    unban: "차단 해제",
    how_long_mute: "글쓰기를 막는 시간",
    how_long_ban: "차단하는 시간",
    minutes,
    until_lifted: "풀 때까지",
    muted_until: |at| format!("{at}까지 글을 쓸 수 없어요."),
    banned_until: |at| match at {
        Some(at) => format!("{at}까지 차단됐어요."),
        None => "차단을 풀 때까지 들어올 수 없어요.".to_owned(),
    },
    as_owner: "방 관리",
    hand_over: "방장 넘기기",
    hand_over_question: |name| {
        format!("{name} 님이 방장이 되고 나는 방장이 아니게 돼요. 그분만 되돌려 줄 수 있어요.")
    },
    hand_over_yes: "넘기기",
    change_nickname: "닉네임 바꾸기",
    operator_mark: "운영자",

    copy_text: "글 복사",
    report: "신고",
    report_title: |name| format!("{name} 님의 메시지 신고"),
    report_note: "방장은 메시지와 이유를 보지만 누가 신고했는지는 알 수 없어요.",
    report_reason: "이유 (선택)",
    reported: "고마워요. 방장이 확인할 거예요.",
    nothing_to_report: "여기에는 신고할 메시지가 없어요.",

    room_settings: "방 설정",
    topic: "주제",
    topic_note: "방 위쪽에 보여요. 120자까지 쓸 수 있어요.",
    slow_mode: "슬로 모드",
    slow_mode_off: "끔",
    seconds: |seconds| format!("{}에 한 번", duration(seconds)),
    lock: "방 잠그기",
    lock_note: "들어와 있는 사람은 그대로 있고, 새로 들어올 수는 없어요.",
    moderation: "AI 안전 검사",
    by_default: "기본값",
    by_default_note: "운영자가 정한 대로 해요.",
    strict: "엄격하게",
    strict_note: "답은 검사한 뒤에만 보여요. 검사할 수 없으면 묻지 않아요.",
    normal: "보통",
    normal_note: "해로운 질문은 묻지 않아요. 답은 쓰는 대로 보이고, 해로운 답은 거두어요.",
    off: "끔",
    off_note: "AI에게 가고 오는 말을 검사하지 않아요.",
    saved: "저장했어요.",
    own_bots: "이 방의 봇",
    invite: "초대",
    new_invite_link: "새 초대 링크 만들기",
    new_invite_note: "지금 링크는 더 이상 쓸 수 없어요. 들어왔던 사람은 그대로 있어요.",
    new_invite_done: "이제 이 링크만 쓸 수 있어요:",
    reports: "신고",
    report_count: |count| format!("신고 {count}건"),
    no_reports: "신고된 메시지가 없어요.",
    delete_message: "메시지 삭제",
    dismiss: "문제없음",
    restricted: "글쓰기를 막거나 차단한 사람",
    nobody_restricted: "아무도 없어요.",
    audit: "관리 기록",
    nothing_done: "아직 없어요.",
    delete_room: "방 삭제",
    delete_room_note: "여기서 나눈 대화가 모두에게서 완전히 사라져요. 되돌릴 수 없어요.",
    type_room_name: |name| format!("확인하려면 ‘{name}’ 쓰기"),
    delete_for_good: "완전히 삭제",

    act,
    an_operator: "운영자",

    you_are_muted: |at| format!("{at}까지 이 방에 글을 쓸 수 없어요. 읽을 수는 있어요."),
    slow_mode_here: |seconds| format!("슬로 모드: {}에 한 번 쓸 수 있어요.", duration(seconds)),
    locked_here: "잠긴 방이라 지금은 새로 들어올 수 없어요. 읽을 수는 있어요.",
    come_back: "다시 들어가기",
    come_back_at: |at| format!("{at}부터 다시 들어올 수 있어요."),

    use_on_another_device: "다른 기기에서 쓰기",
    device_link_note: |at| {
        format!(
            "다른 기기에서 이 링크를 열면 거기서도 같은 사람이에요. {at}까지 한 번만 쓸 수 있어요. 아무에게도 주지 마세요."
        )
    },
    device_link: "다른 기기용 링크",
    device_link_failed: "링크를 만들지 못했어요. 잠시 뒤에 다시 해 주세요.",
    device_headline: "이 기기에서도 같은 사람으로",
    device_note: "링크를 만든 사람의 방과 권한을 이 브라우저에서 이어서 써요. 이 브라우저에서 쓰던 사람은 잊혀요.",
    device_go: "이 브라우저에서 쓰기",
    device_used: "이미 썼거나 오래된 링크예요. 다른 기기에서 새로 만들어 주세요.",
    try_again: "잘 되지 않았어요. 잠시 뒤에 다시 해 주세요.",
    operator_page: "운영자 화면",
};

fn minutes(minutes: u32) -> String {
    match minutes {
        0..60 => format!("{minutes}분"),
        60..1440 => format!("{}시간", minutes / 60),
        _ => format!("{}일", minutes / 1440),
    }
}

fn duration(seconds: u32) -> String {
    if seconds.is_multiple_of(3600) {
        format!("{}시간", seconds / 3600)
    } else if seconds.is_multiple_of(60) {
        format!("{}분", seconds / 60)
    } else {
        format!("{seconds}초")
    }
}

fn act(act: &ModerationAct, by: &str, name: &str, until: Option<&str>) -> Option<String> {
    let until = until.map(|until| format!(" {until}까지")).unwrap_or_default();
    Some(match act {
        ModerationAct::Muted { .. } => format!("{by} 님이 {name} 님의 글쓰기를{until} 막았어요"),
        ModerationAct::Unmuted { .. } => format!("{by} 님이 {name} 님의 글쓰기를 허용했어요"),
        ModerationAct::Kicked { .. } => format!("{by} 님이 {name} 님을 내보냈어요"),
        ModerationAct::Banned { .. } => format!("{by} 님이 {name} 님을{until} 차단했어요"),
        ModerationAct::Unbanned { .. } => format!("{by} 님이 {name} 님의 차단을 풀었어요"),
        ModerationAct::RoomSet { settings } => match settings_in_words(settings, describe) {
            Some(words) => format!("{by} 님이 방 설정을 바꿨어요: {words}"),
            None => format!("{by} 님이 방 설정을 처음으로 되돌렸어요"),
        },
        ModerationAct::HandedOver { .. } => format!("{by} 님이 {name} 님에게 방장을 넘겼어요"),
        ModerationAct::KeyRotated => format!("{by} 님이 초대 링크를 새로 만들었어요"),
        ModerationAct::Deleted { .. } => format!("{by} 님이 메시지를 삭제했어요"),
        ModerationAct::ReportsDismissed { .. } => format!("{by} 님이 신고를 문제없음으로 처리했어요"),
        ModerationAct::Unknown => return None,
    })
}

fn describe(settings: &RoomSettings) -> [Option<String>; 4] {
    [
        (!settings.topic.is_empty()).then(|| format!("주제 ‘{}’", settings.topic)),
        (settings.slow_mode > 0).then(|| format!("{}에 한 번 말하기", duration(settings.slow_mode))),
        settings.locked.then(|| "잠금".to_owned()),
        match settings.moderation {
            Some(Strictness::Strict) => Some("엄격한 AI 안전 검사".to_owned()),
            Some(Strictness::Normal) => Some("보통 AI 안전 검사".to_owned()),
            None => None,
            Some(Strictness::Off) => Some("AI 안전 검사 끔".to_owned()),
        },
    ]
}
