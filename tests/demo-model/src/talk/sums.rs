//! Small arithmetic found in a sentence.

use super::language::{compile, pattern};

/// The expression in a text and its value, which is `None` for a division by zero. A date is no expression.
pub(crate) fn find(text: &str) -> Option<(String, Option<f64>)> {
    let mut text = text.to_lowercase();
    for (words, sign) in
        [("더하기|plus", "+"), ("빼기|minus|−", "-"), ("곱하기|times|×", "*"), ("나누기|divided by|÷", "/")]
    {
        text = compile(words).replace_all(&text, sign).into_owned();
    }
    // A sign counts when a number stands before it.
    let sums = pattern!(r"\(*-?\(*\d[\d.,]*[\s)]*[+*/-][\d+*/().,\s-]*[\d)]").find_iter(&text);
    let sum = sums.map(|sum| sum.as_str()).max_by_key(|sum| sum.len())?;
    let asks = pattern!(r"계산|얼마|몇|뭐|=|\?|답|what|calculate|compute|how much").is_match(&text);
    let alone = text.trim().len() <= sum.len() + 2 && sum.contains([' ', '+', '*']);
    if !asks && !alone && !sum.contains(" + ") {
        return None;
    }
    let sum = sum.replace(',', "");
    let mut parser = Parser { rest: sum.chars().filter(|letter| !letter.is_whitespace()).rev().collect() };
    let value = parser.sum().filter(|_| parser.rest.is_empty())?;
    Some((sum, value.is_finite().then_some(value)))
}

/// The value without needless decimals.
pub(crate) fn written(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

/// A recursive-descent parser; `rest` is reversed, so that its last letter is the next one.
struct Parser {
    rest: Vec<char>,
}

impl Parser {
    fn take(&mut self, signs: &str) -> Option<char> {
        self.rest.pop_if(|next| signs.contains(*next))
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        while let Some(sign) = self.take("+-") {
            let next = self.product()?;
            value += if sign == '+' { next } else { -next };
        }
        Some(value)
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        while let Some(sign) = self.take("*/") {
            let next = self.factor()?;
            value = if sign == '*' { value * next } else { value / next };
        }
        Some(value)
    }

    fn factor(&mut self) -> Option<f64> {
        if self.take("-").is_some() {
            return self.factor().map(|value| -value);
        }
        if self.take("(").is_some() {
            return self.sum().filter(|_| self.take(")").is_some());
        }
        std::iter::from_fn(|| self.take("0123456789.")).collect::<String>().parse().ok()
    }
}
