//! Ways of telling a name, and what only looks like one.

use crate::talk::memory::told_name;

#[track_caller]
fn name(text: &str, expected: &str) {
    assert_eq!(told_name(text), Some((expected.to_owned(), true)), "{text}");
}

#[track_caller]
fn no_name(text: &str) {
    assert_eq!(told_name(text), None, "{text}");
}

#[test]
fn korean_ways_of_telling_a_name() {
    name("내 이름은 민수야", "민수");
    name("내 이름은 지민이야!", "지민");
    name("내 이름은 유이야", "유이");
    name("제 이름은 민수예요.", "민수");
    name("제 이름은 지민이에요", "지민");
    name("안녕하세요, 제 이름은 김민수입니다. 반가워요", "김민수");
    name("내 이름은 Tom이야", "Tom");
    name("내 이름은 '별이'야", "별이");
    name("내 이름은 민수인데, 뭐 좀 물어볼게", "민수");
    name("내 이름은 민수야 잘 부탁해", "민수");
    name("내 이름은 민수", "민수");
    name("내이름은 민수야", "민수");
    name("제 이름은 유이예요", "유이");
    name("이름은 민수고, 나이는 스무 살이야", "민수");
    name("내 이름은 민수인데 뭐 먹을까", "민수");
    name("참고로 나 이제 이름이 지수야", "지수");
    name("저 개명했어요. 이제 김하늘입니다", "김하늘");
    name("근데 나 이름 바꿨어. 이제부터는 '하늘'이야", "하늘");
    name("내 이름을 지수로 기억해줘", "지수");
    name("민수라 불러줘", "민수");
    name("제 이름 민수예요", "민수");
    name("아 참, 이름은 민수야", "민수");
    name("나는 민수라고 해", "민수");
    name("저는 지민이라고 합니다", "지민");
    name("날 민수라고 불러줘", "민수");
    name("앞으로 저를 지민이라고 불러 주세요", "지민");
    name("이름 바꿨어, 이제 지수야", "지수");
    name("나 이름 바꿨어. 이제부터 지민이야", "지민");
    name("이름을 지수로 바꿨어", "지수");
    name("나 이름 지민으로 바꿨어요", "지민");
    name("사실 내 이름은 철수야", "철수");
    name("내 이름은 민수가 아니라 철수야", "철수");
    name("아 맞다 이제 내 이름은 하늘이야", "하늘");
    name("내 이름은 민수야. 아니, 내 이름은 철수야", "철수");
    name("점심 뭐 먹지? 아 참, 내 이름은 영희예요", "영희");
}

#[test]
fn english_ways_of_telling_a_name() {
    name("my name is Ann", "Ann");
    name("Hi! My name is Mary Jane, nice to meet you", "Mary Jane");
    name("I'm called Bob", "Bob");
    name("please call me Bo from now on", "Bo");
    name("actually my name is Eve", "Eve");
    name("by the way I changed my name to Eve", "Eve");
    name("I changed my name, it's Eve now", "Eve");
    name("my name is not Ann, it's Eve", "Eve");
    name("My name is 민수", "민수");
    name("my name is alice what's the weather", "alice");
    name("my name used to be Ann, now it's Eve", "Eve");
    name("From now on I'm Max", "Max");
    name("just so you know, I go by Max now", "Max");
    name("I've changed my name. Call me Max", "Max");
}

#[test]
fn what_is_no_name() {
    no_name("내 이름이 뭐야?");
    no_name("내 이름이 뭐야");
    no_name("내 이름은?");
    no_name("내 이름 기억해?");
    no_name("내 이름이 혹시 뭐야");
    no_name("내 이름 알려줘");
    no_name("내가 뭐라고 했지");
    no_name("내 친구 이름은 영희야");
    no_name("아내 이름은 지수야");
    no_name("네 이름은 뭐니");
    no_name("내 이름은 민수가 아니야");
    no_name("나는 김밥을 좋아해");
    no_name("민수가 뭐라고 했어?");
    no_name("얘를 민수라고 불러줘");
    no_name("what is my name?");
    no_name("do you know what my name is?");
    no_name("call me later");
    no_name("I'm hungry");
    no_name("my name is not Ann");
    no_name("나는 학생이야");
}

#[test]
fn being_somebody_is_perhaps_a_name() {
    assert_eq!(told_name("나는 민수야"), Some(("민수".to_owned(), false)));
    assert_eq!(told_name("I'm Ann"), Some(("Ann".to_owned(), false)));
}
