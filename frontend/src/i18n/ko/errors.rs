//! Korean sentences for errors. Every code is matched by name, so a new code does not compile until it has a sentence.

use shared::ErrorCode;
use shared::ErrorCode as E;

/// What went wrong, and what the reader can do about it.
pub(crate) fn error(code: ErrorCode) -> &'static str {
    match code {
        E::BadJson | E::BadFrame | E::UnknownType | E::Binary => "문제가 생겼어요. 새로고침해 주세요.",
        E::NotJoined => "먼저 닉네임을 정하고 들어오세요.",
        E::Empty => "보낼 글이 없어요.",
        E::TooLong => "글이 너무 길어요. 줄여서 다시 보내 주세요.",
        E::ControlCharacters => "보여 줄 수 없는 글자가 있어요. 빼고 보내 주세요.",
        E::NicknameEmpty => "닉네임에는 글자나 숫자가 하나는 있어야 해요.",
        E::NicknameTooLong => "닉네임이 너무 길어요. 24자까지 쓸 수 있어요.",
        E::NicknameCharacters => "닉네임에 쓸 수 없는 글자가 있어요.",
        E::NicknameMixed => "여러 언어의 글자가 섞여 있어요. 다른 닉네임을 골라 주세요.",
        E::NicknameTaken => "이미 있거나 비슷해 보이는 닉네임이에요. 다른 닉네임을 골라 주세요.",
        E::NicknameReserved => "쓸 수 없는 이름이에요. 다른 닉네임을 골라 주세요.",
        E::SlowDown => "너무 빨라요. 잠시 뒤에 다시 해 주세요.",
        E::Stale => "너무 오래 기다려서 이미 보내졌는지 알 수 없어요. 확인하고, 없으면 다시 보내 주세요.",
        E::TryLater => "방이 지금은 받지 못했어요. 다시 해 주세요.",
        E::NoSuchMessage => "그 메시지는 이제 없어요.",
        E::NotAllowed => "쓴 사람이나 방장만 할 수 있어요.",
        E::NotNow => "지금은 할 수 있는 일이 없어요.",
        E::Muted => "지금은 이 방에 글을 쓸 수 없어요. 읽을 수는 있어요.",
        E::SlowMode => "슬로 모드가 켜져 있어요. 조금 있다가 써 주세요.",
        E::Locked => "잠긴 방이라 지금은 새로 들어올 수 없어요.",
        E::NoSuchPerson => "방에서 모르는 사람이거나 이미 처리됐어요.",
        E::QueueFull => "기다리는 질문이 너무 많아요. 잠시 뒤에 물어보세요.",
        E::Busy => "AI 서버가 붐비고 있어요. 잠시 뒤에 다시 물어보세요.",
        E::Quota => "AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        E::Misconfigured => "AI 설정이 잘못됐어요. 운영자만 고칠 수 있어요.",
        E::Timeout => "AI가 너무 오래 걸렸어요. 다시 물어보세요.",
        E::Unreachable => "AI에 연결하지 못했어요. 잠시 뒤에 다시 물어보세요.",
        E::ContextTooLong => "대화가 너무 길어요. 짧게 다시 물어보세요.",
        E::Filtered | E::Declined | E::Length | E::Cut => broken_off(code),
        E::BotsOff => "운영자가 AI를 꺼 두었어요. 이야기는 계속할 수 있어요.",
        E::QuestionsPerson => "이번 시간에 AI에게 물을 수 있는 만큼 다 물었어요.",
        E::QuestionsAddress => "같은 주소의 사람들이 이번 시간에 AI에게 물을 수 있는 만큼 다 물었어요.",
        E::BudgetPerson => "오늘 쓸 수 있는 AI 예산을 다 썼어요.",
        E::BudgetAddress => "같은 주소의 사람들이 오늘 쓸 수 있는 AI 예산을 다 썼어요.",
        E::BudgetRoom => "이 방의 오늘 AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        E::BudgetAll => "마당 전체의 오늘 AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        E::Flagged => "여기서 나눌 수 있는 말을 넘어서서 막았어요.",
        E::Unchecked => {
            "이 방은 확인한 글만 보여 주는데, 지금은 확인할 수 없어요. 잠시 뒤에 다시 물어보세요."
        }
        E::NoAnswer => "답이 오지 않았어요. 다시 물어보셔도 돼요.",
        E::Unfit => "카드로 만들지 못해 글로 보여 드려요. 다시 물어보셔도 돼요.",
        E::AskedDeleted => "질문이 삭제됐어요.",
        E::BadBot | E::HandleCharacters | E::NotOffered | E::NoSuchBot => own_bot(code),
        E::NotJson | E::NotInSchema | E::TooDeep | E::NotWithSchema => schema(code),
        E::OutOfRange => "정해진 범위를 벗어났어요. 다른 값을 골라 주세요.",
        E::TooMany => "더 만들 수 없어요. 먼저 하나를 삭제해 주세요.",
        E::Unknown => "잘 되지 않았어요. 다시 해 주세요.",
    }
}

/// Why an answer is not whole.
fn broken_off(code: ErrorCode) -> &'static str {
    match code {
        E::Filtered => "AI 안전 필터에 걸려 답하지 못했어요.",
        E::Declined => "AI가 답하지 않기로 했어요.",
        E::Length => "답이 길이 한도에 닿았어요.",
        _ => "AI와의 연결이 중간에 끊겼어요.",
    }
}

/// What is wrong with the schema of a bot of the room.
fn schema(code: ErrorCode) -> &'static str {
    match code {
        E::NotJson => "JSON 문법에 맞지 않아요.",
        E::NotInSchema => "모델이 지원하지 않는 스키마예요.",
        E::TooDeep => "너무 깊어요. 네 단계까지 쓸 수 있어요.",
        _ => "형식이 있는 봇은 도구를 쓸 수 없어요.",
    }
}

/// What is wrong with a bot of the room.
fn own_bot(code: ErrorCode) -> &'static str {
    match code {
        E::BadBot => "봇을 이렇게 만들 수는 없어요. 표시된 칸을 봐 주세요.",
        E::HandleCharacters => "영문 소문자로 시작해서 영문 소문자, 숫자, _, -만 쓸 수 있어요.",
        E::NotOffered => "운영자가 제공하지 않아요. 다른 것을 골라 주세요.",
        _ => "이 방이 만든 봇 가운데 그런 봇은 없어요.",
    }
}

/// The sentence for a limit of the day, where it is the same limit of an hour that is used up.
pub(crate) fn error_of_hour(code: ErrorCode) -> &'static str {
    match code {
        E::BudgetAddress => "같은 주소의 사람들이 이번 시간에 쓸 수 있는 AI 예산을 다 썼어요.",
        E::BudgetAll => "마당 전체의 이번 시간 AI 예산을 다 썼어요. 이야기는 계속할 수 있어요.",
        code => error(code),
    }
}

/// What is wrong with a field of the bot form.
pub(crate) fn field_error(field: &str, code: ErrorCode) -> &'static str {
    match (field, code) {
        ("handle", E::Empty) => "두 글자는 있어야 해요.",
        (_, E::Empty) => "여기를 채워 주세요.",
        (_, E::TooLong | E::NicknameTooLong) => "너무 길어요. 줄여 주세요.",
        (_, E::ControlCharacters) => "보여 줄 수 없는 글자가 있어요. 빼 주세요.",
        ("aliases", E::TooMany) => "네 개까지 쓸 수 있어요.",
        ("handle" | "aliases", E::NicknameTaken) => "이미 누군가를 부르는 말이에요. 다른 말을 골라 주세요.",
        ("aliases", E::NicknameCharacters | E::NicknameEmpty) => "띄어쓰기와 @ 없이 한 낱말씩 써 주세요.",
        ("schema", E::TooMany) => "40개가 넘어요. 줄여 주세요.",
        ("knowledge", E::TooMany) => "500대목이 넘어요. 제목을 줄여 주세요.",
        ("temperature", _) => "0에서 2 사이예요.",
        ("top_p", _) => "0.01에서 1 사이예요.",
        ("max_output_tokens", _) => "64에서 8,192 사이예요.",
        ("alternatives", _) => "도구나 형식이 있는 봇은 하나만 답해요.",
        (_, code) => error(code),
    }
}
