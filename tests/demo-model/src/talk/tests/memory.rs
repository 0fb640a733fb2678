//! Likes and facts that people tell.

use crate::talk::memory::{fact, preference};

#[track_caller]
fn liked(text: &str, likes: bool, thing: &str) {
    assert_eq!(preference(text), Some((likes, thing.to_owned())), "{text}");
}

#[track_caller]
fn known(text: &str, own: bool, thing: &str, value: &str) {
    assert_eq!(fact(text), Some((own, thing.to_owned(), value.to_owned())), "{text}");
}

#[test]
fn likes_and_dislikes() {
    liked("나는 김밥을 좋아해", true, "김밥");
    liked("저는 매운 떡볶이를 정말 좋아해요", true, "매운 떡볶이");
    liked("나 오이는 별로고 김밥을 안 좋아해", false, "오이는 별로고 김밥");
    liked("난 오이를 싫어해", false, "오이");
    liked("I like green tea", true, "green tea");
    liked("I really love dogs but not cats", true, "dogs");
    liked("I don't like rain", false, "rain");
    assert_eq!(preference("민수는 김밥을 좋아해"), None);
    assert_eq!(preference("do I like tea"), None);
}

#[test]
fn facts_of_people_and_of_the_room() {
    known("my favourite colour is blue", true, "favourite colour", "blue");
    known("the secret word is banana", false, "secret word", "banana");
    known("내 생일은 5월 3일이야", true, "생일", "5월 3일");
    known("내가 좋아하는 색은 파란색이야", true, "좋아하는 색", "파란색");
    known("비밀 단어는 바나나야", false, "비밀 단어", "바나나");
    assert_eq!(fact("나는 학생이야"), None);
}
