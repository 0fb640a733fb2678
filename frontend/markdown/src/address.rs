//! Which addresses a link may lead to.

/// The address, if a link may lead there: its scheme is `http`, `https` or `mailto`, and nothing in it is hidden.
pub(crate) fn safe_address(address: &str) -> Option<String> {
    let address = address.trim();
    let is_known = ["http://", "https://", "mailto:"].iter().any(|scheme| has_prefix(address, scheme));
    // A browser drops line feeds and tabs from an address, so the reader would not see where it leads.
    let is_clean = !address.chars().any(|c| c.is_control() || is_ignorable(c));
    (is_known && is_clean && address.len() > "mailto:".len()).then(|| address.to_owned())
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Default_Ignorable_Code_Point of Unicode 17 (DerivedCoreProperties.txt): what a browser shows as nothing. A test compares
/// it with the chat's own list.
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
