//! What the Worker is told: the operator's variables, and those that `dev` adds. They reach wrangler in a file that only
//! its owner can read, because arguments and environments of processes are visible to others, and logs are kept.

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{Read, Write as _},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, bail};

/// Names and values for the Worker. Not `Debug`: the values are secrets.
#[derive(Default)]
pub(crate) struct Variables {
    values: BTreeMap<String, String>,
}

/// Beginnings of the names of the operator's variables.
const FAMILIES: [&str; 3] = ["OPENAI_", "GEMINI_", "BUDGET_"];
/// The other names, but for those that `dev` sets itself.
const NAMES: [&str; 8] = [
    "ADDRESS_FACTOR",
    "BOTS",
    "BOT_LANGUAGE",
    "GATHER_MS",
    "MODERATION",
    "OWNER_MODELS",
    "QUESTIONS_PER_HOUR",
    "WEATHER_URL",
];

/// Whether a variable of the environment is the operator's word to the Worker. Nothing else that we start sees these.
pub(crate) fn is_for_the_worker(name: &str) -> bool {
    FAMILIES.iter().any(|family| name.starts_with(family)) || NAMES.contains(&name)
}

impl Variables {
    /// Everything in `.dev.vars`, if there is one, and over it the environment. An empty value is the same as none.
    pub(crate) fn of_operator(root: &Path) -> anyhow::Result<Self> {
        let file = root.join(".dev.vars");
        let mut values = match fs::read_to_string(&file) {
            Ok(text) => parse(&text).with_context(|| format!("{} cannot be read", file.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
        };
        values.extend(env::vars().filter(|(name, _)| is_for_the_worker(name)));
        values.retain(|_, value| !value.is_empty());
        Ok(Self { values })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
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

/// 32 random bytes in hexadecimal, made once and kept, so that people keep their identity over restarts.
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
        .context("/dev/urandom gave no random bytes for the identity secret")?;
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
        // `mode` is for new files only.
        open.set_permissions(fs::Permissions::from_mode(0o600))?;
        open.write_all(text.as_bytes())
    };
    write().with_context(|| format!("{} could not be written", file.display()))
}

/// `NAME=value` lines, with comments, `export`, and quotes.
fn parse(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            // The line itself may be a secret.
            bail!("line {} is not NAME=value", number + 1);
        };
        values.insert(name.trim().to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(values)
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\'', '`'] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inside;
        }
    }
    // Without quotes, ` #` starts a comment.
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end())
}

/// A value as wrangler's reader (dotenv, then dotenv-expand) gives it back unchanged.
fn quoted(name: &str, value: &str) -> anyhow::Result<String> {
    let Some(quote) = ['\'', '"', '`'].into_iter().find(|quote| !value.contains(*quote)) else {
        bail!("the value of {name} has all three kinds of quotes in it, which an env file cannot hold");
    };
    // Double quotes would turn `\n` into a line break.
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

    #[test]
    fn lines_are_read_as_people_write_them() {
        let text =
            "# a comment\n\nOPENAI_API_KEY=\"sk-1\" # mine\nexport B = 'x # y'\nC=plain#1 # why\nD=\nE=a=b\n";
        let values = parse(text).unwrap();
        let seen: Vec<_> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(seen, ["B=x # y", "C=plain#1", "D=", "E=a=b", "OPENAI_API_KEY=sk-1"]);
    }

    #[test]
    fn an_error_names_the_line_and_not_what_is_in_it() {
        let error = parse("A=1\nsk-secret").unwrap_err().to_string();
        assert_eq!(error, "line 2 is not NAME=value");
    }

    #[test]
    fn values_are_quoted_so_that_nothing_in_them_is_special() {
        assert_eq!(quoted("A", "a b").unwrap(), "'a b'");
        assert_eq!(quoted("A", "a$B").unwrap(), "'a\\$B'");
        assert_eq!(quoted("A", "it's").unwrap(), "\"it's\"");
        assert!(quoted("A", "'\"`").is_err());
    }
}
