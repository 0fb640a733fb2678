//! Korean sentences for errors. Every code is matched by name, so a new code does not compile until it has a sentence.

use shared::ErrorCode;

/// What went wrong, and what the reader can do about it.
pub(crate) fn error(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadJson | ErrorCode::BadFrame | ErrorCode::UnknownType | ErrorCode::Binary => {
            "방이 이 페이지를 이해하지 못했어요. 새로고침해 주세요."
        }
        ErrorCode::NotJoined => "먼저 별명을 정하고 들어오세요.",
        ErrorCode::Empty => "보낼 글이 없어요.",
        ErrorCode::TooLong => "글이 너무 길어요. 줄여서 다시 보내 주세요.",
        ErrorCode::ControlCharacters => "보여 줄 수 없는 글자가 있어요. 빼고 보내 주세요.",
        ErrorCode::NicknameEmpty => "별명에는 글자나 숫자가 하나는 있어야 해요.",
        ErrorCode::NicknameTooLong => "별명이 너무 길어요. 24자까지 쓸 수 있어요.",
        ErrorCode::NicknameCharacters => "별명에 쓸 수 없는 글자가 있어요.",
        ErrorCode::NicknameMixed => "함께 쓰지 않는 문자들이 섞여 있어요. 다른 별명을 골라 주세요.",
        ErrorCode::NicknameTaken => "누가 쓰고 있거나 비슷해 보이는 별명이에요. 다른 별명을 골라 주세요.",
        ErrorCode::NicknameReserved => "따로 정해 둔 이름이에요. 다른 별명을 골라 주세요.",
        ErrorCode::SlowDown => "조금 빨랐어요. 잠시 뒤에 다시 해 주세요.",
        ErrorCode::Stale => {
            "너무 오래 기다려서 이미 보내졌는지 알 수 없어요. 확인하고, 없으면 다시 보내 주세요."
        }
        ErrorCode::TryLater => "방이 지금은 받지 못했어요. 다시 해 주세요.",
        ErrorCode::NoSuchMessage => "그 메시지는 이제 없어요.",
        ErrorCode::NotAllowed => "그 글의 주인이나 방장만 할 수 있어요.",
        ErrorCode::NotNow => "지금은 할 수 있는 일이 없어요.",
        ErrorCode::Muted => "지금은 이 방에 글을 쓸 수 없어요. 읽을 수는 있어요.",
        ErrorCode::SlowMode => "천천히 말하기가 켜져 있어요. 조금 있다가 써 주세요.",
        ErrorCode::Locked => "잠긴 방이라 지금은 새로 들어올 수 없어요.",
        ErrorCode::NoSuchPerson => "방에서 모르는 사람이거나 이미 처리됐어요.",
        ErrorCode::QueueFull => "기다리는 질문이 너무 많아요. 잠시 뒤에 물어보세요.",
        ErrorCode::Busy => "AI 서버가 붐비고 있어요. 잠시 뒤에 다시 물어보세요.",
        ErrorCode::Quota => "AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        ErrorCode::Misconfigured => "AI 설정이 잘못됐어요. 운영자만 고칠 수 있어요.",
        ErrorCode::Timeout => "AI가 너무 오래 걸렸어요. 다시 물어보세요.",
        ErrorCode::Unreachable => "AI에 연결하지 못했어요. 잠시 뒤에 다시 물어보세요.",
        ErrorCode::ContextTooLong => "이야기가 AI에게 너무 길어졌어요.",
        ErrorCode::Filtered | ErrorCode::Declined | ErrorCode::Length | ErrorCode::Cut => broken_off(code),
        ErrorCode::BotsOff => "운영자가 AI를 꺼 두었어요. 이야기는 계속할 수 있어요.",
        ErrorCode::QuestionsPerson => "이번 시간에 AI에게 물을 수 있는 만큼 다 물었어요.",
        ErrorCode::QuestionsAddress => {
            "같은 주소의 사람들이 이번 시간에 AI에게 물을 수 있는 만큼 다 물었어요."
        }
        ErrorCode::BudgetPerson => "오늘 쓸 수 있는 AI 예산을 다 썼어요.",
        ErrorCode::BudgetAddress => "같은 주소의 사람들이 오늘 쓸 수 있는 AI 예산을 다 썼어요.",
        ErrorCode::BudgetRoom => "이 방의 오늘 AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        ErrorCode::BudgetAll => "마당 전체의 오늘 AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        ErrorCode::Flagged => "여기서 나눌 수 있는 말을 넘어서서 막았어요.",
        ErrorCode::Unchecked => {
            "이 방은 확인한 글만 보여 주는데, 지금은 확인할 수 없어요. 잠시 뒤에 다시 물어보세요."
        }
        ErrorCode::Unfit => "답이 정해진 꼴에 맞지 않아 글로 보여 드려요. 다시 물어보셔도 돼요.",
        ErrorCode::AskedDeleted => "질문이 지워졌어요.",
        ErrorCode::BadBot | ErrorCode::HandleCharacters | ErrorCode::NotOffered | ErrorCode::NoSuchBot => {
            own_bot(code)
        }
        ErrorCode::OutOfRange => "정해진 범위를 벗어났어요. 다른 값을 골라 주세요.",
        ErrorCode::TooMany => "더 만들 수 없어요. 먼저 하나를 지워 주세요.",
        ErrorCode::Unknown => "잘 되지 않았어요. 다시 해 주세요.",
    }
}

/// Why an answer is not whole.
fn broken_off(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Filtered => "제공자의 필터가 막았어요.",
        ErrorCode::Declined => "AI가 답하지 않기로 했어요.",
        ErrorCode::Length => "답이 길이 한도에 닿았어요.",
        _ => "AI와의 연결이 중간에 끊겼어요.",
    }
}

/// What is wrong with a bot of the room.
fn own_bot(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadBot => "봇을 이렇게 만들 수는 없어요. 표시된 칸을 봐 주세요.",
        ErrorCode::HandleCharacters => "영문 소문자로 시작해서 영문 소문자, 숫자, _, -만 쓸 수 있어요.",
        ErrorCode::NotOffered => "운영자가 제공하지 않아요. 다른 것을 골라 주세요.",
        _ => "이 방이 만든 봇 가운데 그런 봇은 없어요.",
    }
}

/// The sentence for a limit of the day, where it is the same limit of an hour that is used up.
pub(crate) fn error_of_hour(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BudgetAddress => "같은 주소의 사람들이 이번 시간에 쓸 수 있는 AI 예산을 다 썼어요.",
        ErrorCode::BudgetAll => "마당 전체의 이번 시간 AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        code => error(code),
    }
}

/// What is wrong with a field of the bot form.
pub(crate) fn field_error(field: &str, code: ErrorCode) -> &'static str {
    match (field, code) {
        ("handle", ErrorCode::Empty) => "두 글자는 있어야 해요.",
        (_, ErrorCode::Empty) => "여기를 채워 주세요.",
        (_, ErrorCode::TooLong | ErrorCode::NicknameTooLong) => "너무 길어요. 줄여 주세요.",
        (_, ErrorCode::ControlCharacters) => "보여 줄 수 없는 글자가 있어요. 빼 주세요.",
        ("aliases", ErrorCode::TooMany) => "네 개까지 쓸 수 있어요.",
        ("handle" | "aliases", ErrorCode::NicknameTaken) => {
            "이미 누군가를 부르는 말이에요. 다른 말을 골라 주세요."
        }
        ("aliases", ErrorCode::NicknameCharacters | ErrorCode::NicknameEmpty) => {
            "띄어쓰기와 @ 없이 한 낱말씩 써 주세요."
        }
        ("temperature", _) => "0에서 2 사이예요.",
        ("top_p", _) => "0.01에서 1 사이예요.",
        ("max_output_tokens", _) => "64에서 8,192 사이예요.",
        (_, code) => error(code),
    }
}
