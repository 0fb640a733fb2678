//! A text in both languages.

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalizedStr {
    pub en: Spanned<String>,
    pub ko: Spanned<String>,
}
