//! Small arithmetic found in a sentence.

/// The expression in a text and its value; the value is `None` for a division by zero. A text that merely holds
/// something like a date is not one.
pub(crate) fn find(text: &str) -> Option<(String, Option<f64>)> {
    let mut text = text.to_lowercase();
    for (word, sign) in [
        ("더하기", "+"),
        ("빼기", "-"),
        ("곱하기", "*"),
        ("나누기", "/"),
        (" plus ", " + "),
        (" minus ", " - "),
        (" times ", " * "),
        (" divided by ", " / "),
        ("×", "*"),
        ("÷", "/"),
        ("−", "-"),
    ] {
        text = text.replace(word, sign);
    }
    let candidate = text
        .split(|letter: char| !(letter.is_ascii_digit() || " +-*/().,".contains(letter)))
        .map(|part| part.trim_matches([' ', ',', '.']))
        .filter(|part| is_sum(part))
        .max_by_key(|part| part.len())?;
    let asks = ["계산", "얼마", "몇", "뭐", "=", "?", "답", "what", "calculate", "compute", "how much"];
    let alone = text.trim().len() <= candidate.len() + 2;
    let spaced = candidate.contains(' ') || candidate.contains(['+', '*']);
    if !(alone && spaced || asks.iter().any(|word| text.contains(word)) || candidate.contains(" + ")) {
        return None;
    }
    let expression = candidate.replace(',', "");
    let mut reader = Reader { rest: expression.chars().filter(|letter| *letter != ' ').collect(), at: 0 };
    let value = reader.sum()?;
    if reader.at != reader.rest.len() {
        return None;
    }
    Some((expression, value.is_finite().then_some(value)))
}

/// The value without needless decimals.
pub(crate) fn written(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    format!("{rounded}")
}

fn is_sum(part: &str) -> bool {
    // A sign counts when something stands before it.
    let inner = part.trim_start_matches(['-', '(', ' ']);
    inner.contains(['+', '-', '*', '/']) && part.chars().filter(char::is_ascii_digit).count() >= 2
}

struct Reader {
    rest: Vec<char>,
    at: usize,
}

impl Reader {
    fn take(&mut self, signs: &[char]) -> Option<char> {
        let sign = self.rest.get(self.at).copied().filter(|sign| signs.contains(sign))?;
        self.at += 1;
        Some(sign)
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        while let Some(sign) = self.take(&['+', '-']) {
            let next = self.product()?;
            value = if sign == '+' { value + next } else { value - next };
        }
        Some(value)
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        while let Some(sign) = self.take(&['*', '/']) {
            let next = self.factor()?;
            value = if sign == '*' { value * next } else { value / next };
        }
        Some(value)
    }

    fn factor(&mut self) -> Option<f64> {
        if self.take(&['-']).is_some() {
            return self.factor().map(|value| -value);
        }
        if self.take(&['(']).is_some() {
            let value = self.sum()?;
            self.take(&[')'])?;
            return Some(value);
        }
        let digits: String = self
            .rest
            .iter()
            .skip(self.at)
            .take_while(|letter| letter.is_ascii_digit() || **letter == '.')
            .collect();
        self.at += digits.len();
        digits.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(text: &str, expected: &str) {
        let found = find(text).and_then(|(_, value)| value).map(written);
        assert_eq!(found.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn sums() {
        is("3 + 4 * 2", "11");
        is("3+4*2는 얼마야?", "11");
        is("what is (1 + 2) * 3?", "9");
        is("10 / 4", "2.5");
        is("3 더하기 4는 뭐야", "7");
        is("what is 7 times 6?", "42");
        is("1,000 + 1", "1001");
        assert_eq!(find("1 / 0 = ?"), Some(("1 / 0".to_owned(), None)));
        assert_eq!(find("2026-11-20"), None);
        assert_eq!(find("see you at 10"), None);
    }
}
