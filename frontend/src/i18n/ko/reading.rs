//! Korean texts about reading.

use client::Command;

use crate::i18n::text::reading::ReadingTexts;

pub(super) const TEXTS: ReadingTexts = ReadingTexts {
    search: "검색",
    search_messages: "메시지 검색",
    search_results: "검색 결과",
    searching: "찾고 있어요…",
    found: |count, is_paused| match (count, is_paused) {
        (0, false) => "찾은 메시지가 없어요.".to_owned(),
        (0, true) => "아직 찾지 못했어요.".to_owned(),
        (count, false) => format!("메시지 {count}개를 찾았어요."),
        (count, true) => format!("지금까지 {count}개를 찾았어요."),
    },
    search_older: "이전 메시지 더 검색",
    message_missing: "그 메시지는 이제 없어요.",
    go_back: "돌아가기",
    called: "나를 부른 메시지",
    load_newer: "다음 메시지 보기",
    new_messages: "새 메시지",
    catch_up: "놓친 대화 요약",
    catching_up: "대화를 읽고 있어요…",
    catch_up_note: "마지막으로 본 뒤의 대화를 봇이 요약해요. 질문 하나로 세어져요.",
    again: "다시 요약",
    only_you: "나에게만 보여요.",
    ask_bot: "봇에게 물어보기",
    translate: "나에게 번역",
    translating: "번역하고 있어요…",
    translation: "번역",
    hide_translation: "접기",
    export: "내보내기",
    command: |command| match command {
        Command::Ask { handle: "summary" } => "대화를 요약해요",
        Command::Ask { handle: "poll" } => "투표를 만들어요",
        Command::Ask { .. } => "글을 번역해요",
        Command::Search => "메시지를 찾아요",
        Command::Nickname => "닉네임을 바꿔요",
        Command::Help => "봇이 하는 일을 봐요",
    },
};
