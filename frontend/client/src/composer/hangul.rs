//! The keys that write a Korean word on the two-set (dubeolsik) keyboard, for comparing words while they are typed.

const INITIALS: [&str; 19] = [
    "ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ",
    "ㅍ", "ㅎ",
];
const VOWELS: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ",
    "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];
const FINALS: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ",
    "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];

/// Returns the keys that write a word, ASCII capitals as small letters. A syllable is taken apart by the arithmetic of
/// the Unicode Standard, section 3.12: `(initial · 21 + vowel) · 28 + final`.
pub(super) fn keys(word: &str) -> Vec<char> {
    let mut keys = Vec::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '가'..='힣' => {
                let index = (c as usize).saturating_sub('가' as usize);
                let parts = [INITIALS.get(index / 588), VOWELS.get(index % 588 / 28), FINALS.get(index % 28)];
                parts.into_iter().flatten().for_each(|part| keys.extend(part.chars()));
            }
            'ㅏ'..='ㅣ' => {
                let index = (c as usize).saturating_sub('ㅏ' as usize);
                VOWELS.get(index).into_iter().for_each(|part| keys.extend(part.chars()));
            }
            c => keys.push(c.to_ascii_lowercase()),
        }
    }
    keys
}
