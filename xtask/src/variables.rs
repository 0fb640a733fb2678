//! The Worker's variables in development: what the operator set in `.dev.vars` and in the environment, and what `dev`
//! adds. They reach wrangler in a file that only its owner can read, since process arguments are visible to all users.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{Read, Write as _},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, anyhow, bail};

/// Names and values. Not `Debug`: the values are secrets.
#[derive(Default)]
pub(crate) struct Variables {
    values: BTreeMap<String, String>,
}

/// Prefixes of the names that are taken from the environment.
const PREFIXES: [&str; 5] = ["OPENAI_", "GEMINI_", "BUDGET_", "TURNSTILE_", "VAPID_"];
/// Names that are taken from the environment. Those that `dev` completes (`IDENTITY_SECRET`, `ALLOWED_ORIGINS`, `DEMO`)
/// can be set in `.dev.vars` only.
const NAMES: [&str; 12] = [
    "ADDRESS_FACTOR",
    "BOTS",
    "BOT_LANGUAGE",
    "SEND_MICROS",
    "MODEL_CONTEXT",
    "MODEL_PRICES",
    "MODERATION",
    "OPERATOR_SECRET",
    "OWNER_MODELS",
    "PUSH_ORIGINS",
    "QUESTIONS_PER_HOUR",
    "WEATHER_URL",
];

/// Whether a variable of the environment is meant for the Worker.
pub(crate) fn is_for_the_worker(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name)
}

impl Variables {
    /// Reads `.dev.vars` in `root`, if there is one, and the environment, which wins. Empty values count as not set.
    ///
    /// # Errors
    /// When the file cannot be read, or a line of it is not `NAME=value`.
    pub(crate) fn from_operator(root: &Path) -> anyhow::Result<Self> {
        let file = root.join(".dev.vars");
        let mut values = match fs::read_to_string(&file) {
            Ok(text) => parse(&text).with_context(|| format!("failed to read {}", file.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("failed to read {}", file.display())),
        };
        values.extend(env::vars().filter(|(name, _)| is_for_the_worker(name)));
        values.retain(|_, value| !value.is_empty());
        check_words(&values)?;
        Ok(Self { values })
    }

    /// What says which model servers there are, with their keys.
    pub(crate) fn of_models(&self) -> impl Iterator<Item = (&String, &String)> {
        self.values.iter().filter(|(name, _)| name.starts_with("OPENAI_") || name.starts_with("GEMINI_"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    pub(crate) fn set_default(&mut self, name: &str, value: impl Into<String>) {
        self.values.entry(name.to_owned()).or_insert_with(|| value.into());
    }

    /// Appends to a comma-separated list what it does not have yet.
    pub(crate) fn extend_list(&mut self, name: &str, items: &[String]) {
        let list = self.values.entry(name.to_owned()).or_default();
        for item in items {
            if list.split(',').any(|present| present.trim() == item) {
                continue;
            }
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(item);
        }
    }

    /// Writes the file for wrangler's `--env-file`.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let mut text = String::new();
        for (name, value) in &self.values {
            writeln!(text, "{name}={}", quoted(name, value)?)?;
        }
        write_private(file, &text)
    }
}

/// Variables that are one of a few words: a mistyped one would have the Worker call another API than the server speaks.
const WORDS: [(&str, &[&str]); 2] = [
    ("OPENAI_API", &["responses", "chat_completions", "gemini"]),
    ("OPENAI_STATE", &["auto", "chain", "replay"]),
];

/// Checks the variables that are one of a few words.
fn check_words(values: &BTreeMap<String, String>) -> anyhow::Result<()> {
    for (name, words) in WORDS {
        let Some(value) = values.get(name) else { continue };
        if !words.contains(&value.trim()) {
            bail!("{name} is {value:?}, which is not one of {}", words.join(", "));
        }
    }
    Ok(())
}

/// A secret for signing identities: 32 random bytes in hexadecimal. It is created once and kept in `state`, so that
/// people keep their identity when `dev` is restarted.
pub(crate) fn identity_secret(state: &Path) -> anyhow::Result<String> {
    let file = state.join("identity-secret");
    if let Ok(secret) = fs::read_to_string(&file)
        && secret.len() == 64
    {
        return Ok(secret);
    }
    let mut bytes = [0; 32];
    fs::File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut bytes))
        .context("failed to read /dev/urandom for the identity secret")?;
    let mut secret = String::new();
    for byte in bytes {
        write!(secret, "{byte:02x}")?;
    }
    write_private(&file, &secret)?;
    Ok(secret)
}

fn write_private(file: &Path, text: &str) -> anyhow::Result<()> {
    let write = || {
        let mut open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
        // `mode` applies to new files only.
        open.set_permissions(fs::Permissions::from_mode(0o600))?;
        open.write_all(text.as_bytes())
    };
    write().with_context(|| format!("failed to write {}", file.display()))
}

/// Reads `NAME=value` lines as wrangler does. The names in the text are unique afterwards: the last one wins.
fn parse(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let text: String = text.lines().map(|line| quote_spaces(line) + "\n").collect();
    dotenvy::from_read_iter(text.as_bytes())
        .map(|variable| variable.map_err(|error| without_values(error, &text)))
        .collect()
}

/// dotenvy refuses spaces in a value without quotes; wrangler's reader takes them, and so did earlier versions of `dev`.
fn quote_spaces(line: &str) -> String {
    let unchanged = line.to_owned();
    let Some((name, value)) = line.split_once('=') else { return unchanged };
    let name_is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_ ".contains(letter));
    let value = value.split(" #").next().unwrap_or_default().trim();
    if !name_is_plain || !value.contains(' ') || value.contains(['\'', '"', '`', '\\']) {
        return unchanged;
    }
    format!("{name}='{value}'")
}

/// dotenvy's error quotes the line, which may hold a secret; this one names the line's number only.
fn without_values(error: dotenvy::Error, text: &str) -> anyhow::Error {
    match error {
        dotenvy::Error::LineParse(part, _) => {
            match text.lines().position(|line| line.contains(part.trim())) {
                Some(index) => {
                    anyhow!("line {} is not NAME=value or NAME='value with special characters'", index + 1)
                }
                None => anyhow!("a value in quotes has no end"),
            }
        }
        other => anyhow!("{other}"),
    }
}

/// A value in quotes that wrangler's reader (dotenv, then dotenv-expand) turns back into the same value.
///
/// # Errors
/// When the value holds quotes that no kind of quotes can enclose.
fn quoted(name: &str, value: &str) -> anyhow::Result<String> {
    let Some(quote) = ['\'', '"', '`'].into_iter().find(|quote| !value.contains(*quote)) else {
        bail!("the value of {name} has all three kinds of quotes in it, which an env file cannot hold");
    };
    // In double quotes the reader turns `\n` into a line break.
    if quote == '"' && value.contains('\\') {
        bail!(
            "the value of {name} has both an apostrophe and a backslash in it, which an env file cannot hold"
        );
    }
    Ok(format!("{quote}{}{quote}", value.replace('$', "\\$")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn shown(values: &BTreeMap<String, String>) -> Vec<String> {
        values.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn lines_are_read_as_wrangler_reads_them() {
        let text = "# a comment\n\nOPENAI_API_KEY=\"sk-1\" # mine\nexport B = 'x # y'\nC=plain#1 # why\nD=\nE=a=b\n\
                    F=gpt-5.4, gemini:x # both\nexport G=a b\n";
        let values = parse(text).unwrap();
        assert_eq!(
            shown(&values),
            ["B=x # y", "C=plain#1", "D=", "E=a=b", "F=gpt-5.4, gemini:x", "G=a b", "OPENAI_API_KEY=sk-1"]
        );
    }

    #[test]
    fn an_error_names_the_line_and_not_what_is_in_it() {
        for (text, line) in [("A=1\nsk-secret", "line 2 "), ("A=1\nB=2\nC=it's a sk-secret", "line 3 ")] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.starts_with(line) && !error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn values_are_quoted_so_that_nothing_in_them_is_special() {
        assert_eq!(quoted("A", "a b").unwrap(), "'a b'");
        assert_eq!(quoted("A", "a$B").unwrap(), "'a\\$B'");
        assert_eq!(quoted("A", "it's").unwrap(), "\"it's\"");
        assert!(quoted("A", "'\"`").is_err());
    }

    #[test]
    fn a_list_is_extended_by_what_it_does_not_have() {
        let mut variables = Variables::default();
        variables.extend_list("A", &["x".to_owned()]);
        variables.extend_list("A", &["x".to_owned(), "y".to_owned()]);
        assert_eq!(shown(&variables.values), ["A=x,y"]);
    }

    #[test]
    fn the_example_file_is_enough_for_wrangler_and_trunk() {
        let text = fs::read_to_string(workspace::root().join(".dev.vars.example")).unwrap();
        let values = parse(&text).unwrap();
        // The Worker refuses shorter ones.
        assert!(values["IDENTITY_SECRET"].len() >= 32);
        assert_eq!(values["ALLOWED_ORIGINS"], "http://127.0.0.1:8080,http://localhost:8080");
    }
}
