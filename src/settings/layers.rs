//! Reads the layers, checks each against the known keys and lets `config` join them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, File, FileFormat};
use toml::de::{DeTable, DeValue};

use super::error::{Origin, SettingsError, SettingsProblem};
use super::keys::{CONFIG_VARIABLE, KnownKeys, PREFIX};
use super::kind::Kind;
use super::options::LoadOptions;
use super::values::{DeclaredSection, Settings};

/// Joins the layers without the checks between keys.
pub(super) fn join(declared: &[DeclaredSection], options: LoadOptions) -> Result<Settings, SettingsError> {
    let mut layers =
        Layers { known: KnownKeys::of(declared), problems: Vec::new(), origins: BTreeMap::new() };
    let mut builder = Config::builder();
    if let Some((path, text)) = read_file(&options)? {
        layers.check_file(&path, &text)?;
        layers.check_lists(declared, &text);
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    for (key, value) in layers.environment(&options.env) {
        builder = builder.set_override(key, value).map_err(joining)?;
    }
    if !layers.problems.is_empty() {
        return Err(SettingsError::Invalid(layers.problems));
    }
    let joined = builder.build().map_err(joining)?;
    let read = |section: &DeclaredSection| {
        (section.read)(&joined).map(|values| ((section.id)(), values)).map_err(joining)
    };
    let values = declared.iter().map(read).collect::<Result<_, SettingsError>>()?;
    Ok(Settings { values, declared: declared.into(), origins: layers.origins })
}

/// The text of `config`'s own error could hold a value, so only its key is kept.
fn joining(error: ConfigError) -> SettingsError {
    let key = match error {
        ConfigError::Type { key, .. } | ConfigError::At { key, .. } => key,
        ConfigError::NotFound(key) => Some(key),
        _ => None,
    };
    SettingsError::Joining { key }
}

fn read_file(options: &LoadOptions) -> Result<Option<(PathBuf, String)>, SettingsError> {
    let by_variable = options
        .env
        .iter()
        .find(|(name, value)| name == CONFIG_VARIABLE && !value.is_empty())
        .map(|(_, value)| PathBuf::from(value));
    let (path, required) = match options.file.clone().or(by_variable) {
        Some(path) => (path, true),
        None => match &options.dir {
            Some(dir) => (dir.join("zerodesk.toml"), false),
            None => return Ok(None),
        },
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => Ok(None),
        Err(source) => Err(SettingsError::Unreadable { path, source }),
    }
}

struct Layers {
    known: KnownKeys,
    problems: Vec<SettingsProblem>,
    origins: BTreeMap<String, Origin>,
}

impl Layers {
    fn problem(&mut self, key: &str, origin: Origin, what: impl Into<String>) {
        self.problems.push(SettingsProblem { key: key.to_owned(), origin, what: what.into() });
    }

    fn unknown(&mut self, key: &str, origin: Origin) {
        let what = match self.known.nearest(key) {
            Some(nearest) => format!("no such key; did you mean {nearest}?"),
            None => "no such key".to_owned(),
        };
        self.problem(key, origin, what);
    }

    fn check_file(&mut self, path: &Path, text: &str) -> Result<(), SettingsError> {
        let table = DeTable::parse(text).map_err(|error| SettingsError::Syntax {
            path: path.to_path_buf(),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        self.check_table("", table.get_ref(), &|offset| {
            Origin::File(path.to_path_buf(), line_of(text, offset))
        });
        Ok(())
    }

    /// The lists of tables by their types, which say more than that they are lists. None holds a secret.
    fn check_lists(&mut self, declared: &[DeclaredSection], text: &str) {
        let Ok(table) = text.parse::<toml::Table>() else { return };
        for section in declared {
            let Some(part) = table.get(section.name).and_then(toml::Value::as_table) else { continue };
            for key in section.keys {
                let Kind::Tables { check, .. } = key.kind else { continue };
                let list = part.get(key.name).cloned().filter(toml::Value::is_array);
                if let Some(Err(error)) = list.map(check) {
                    let path = section.path(key.name);
                    let origin = self.origins.get(&path).cloned().unwrap_or_default();
                    self.problem(&path, origin, error);
                }
            }
        }
    }

    fn check_table(&mut self, prefix: &str, table: &DeTable<'_>, place: &dyn Fn(usize) -> Origin) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            let origin = place(name.span().start);
            match (self.known.kind(&key), value.get_ref()) {
                // A quoted key with a dot would pass for a nested one.
                _ if name.get_ref().contains('.') => self.unknown(&key, origin),
                (Some(kind), value) => {
                    if let Err(found) = check_value(kind, value) {
                        let what = format!("{} wanted, {found}", kind.wanted());
                        self.problem(&key, origin.clone(), what);
                    }
                    self.origins.insert(key, origin);
                }
                (None, DeValue::Table(inner)) if self.known.is_section(&key) => {
                    self.check_table(&format!("{key}."), inner, place);
                }
                (None, _) if self.known.is_section(&key) => {
                    self.problem(&key, origin, "this is a section, not a value");
                }
                (None, _) => self.unknown(&key, origin),
            }
        }
    }

    /// The values that variables set, in the order of their keys.
    fn environment(&mut self, env: &[(String, String)]) -> BTreeMap<String, config::Value> {
        let mut texts: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (name, text) in env {
            let Some(rest) = name.strip_prefix(PREFIX) else {
                continue;
            };
            if name == CONFIG_VARIABLE {
                continue;
            }
            let origin = Origin::Env(name.clone());
            let Some(key) = self.known.by_variable(rest).map(str::to_owned) else {
                let guess = rest.to_lowercase().replace("__", ".");
                match self.known.nearest(&guess) {
                    Some(nearest) => {
                        let meant = nearest.replace('.', "__").to_uppercase();
                        let what = format!("no such setting; did you mean {PREFIX}{meant}?");
                        self.problem(name, origin, what);
                    }
                    None => self.problem(name, origin, "no such setting"),
                }
                continue;
            };
            match texts.get(&key) {
                Some((other, value)) if value != text => {
                    let what = format!("set by {other} as well, to another value");
                    self.problem(&key, origin, what);
                }
                _ => {
                    texts.insert(key, (name.clone(), text.clone()));
                }
            }
        }
        // The name that hosts and tools agree on; an empty one is as good as none.
        if let Some((name, url)) = env.iter().find(|(name, _)| name == "DATABASE_URL")
            && !url.is_empty()
        {
            texts.entry("database.url".to_owned()).or_insert_with(|| (name.clone(), url.clone()));
        }
        let mut values = BTreeMap::new();
        for (key, (name, text)) in texts {
            let Some(kind) = self.known.kind(&key) else {
                continue;
            };
            let origin = Origin::Env(name);
            match parse_text(kind, &text) {
                Ok(value) => {
                    values.insert(key.clone(), value);
                }
                Err(found) => {
                    let what = format!("{} wanted, {found}", kind.wanted());
                    self.problem(&key, origin.clone(), what);
                }
            }
            self.origins.insert(key, origin);
        }
        values
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Says what was found where the value does not fit. Text is quoted only where a choice was wanted: no secret
/// is one.
fn check_value(kind: Kind, value: &DeValue<'_>) -> Result<(), String> {
    match (kind, value) {
        (Kind::Text, DeValue::String(_)) => Ok(()),
        (Kind::Choice(names), DeValue::String(text)) => check_choice(names, text),
        (Kind::Integer(least, greatest), DeValue::Integer(number)) => {
            match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) if (least..=greatest).contains(&number) => Ok(()),
                _ => Err(format!("{} found", number.as_str())),
            }
        }
        (Kind::SigningKeys, DeValue::Array(items)) => {
            let is_key = |item: &DeValue<'_>| match item {
                DeValue::Table(table) => {
                    table.len() == 2
                        && table.iter().all(|(name, value)| {
                            matches!(name.get_ref().as_ref(), "kid" | "secret")
                                && matches!(value.get_ref(), DeValue::String(_))
                        })
                }
                _ => false,
            };
            if items.iter().all(|item| is_key(item.get_ref())) {
                Ok(())
            } else {
                Err("a list of something else found".to_owned())
            }
        }
        (Kind::List { check, .. }, DeValue::Array(items)) => {
            items.iter().try_for_each(|item| match item.get_ref() {
                DeValue::String(text) => check(text),
                other => Err(format!("a value of type {} found", other.type_str())),
            })
        }
        (Kind::Tables { .. }, DeValue::Array(_)) => Ok(()),
        (_, found) => Err(format!("a value of type {} found", found.type_str())),
    }
}

fn check_choice(names: &[&str], text: &str) -> Result<(), String> {
    if names.contains(&text) { Ok(()) } else { Err(format!("\"{text}\" found")) }
}

/// Reads a variable's text as its key wants it. Signing keys are written `kid:secret,kid:secret`.
fn parse_text(kind: Kind, text: &str) -> Result<config::Value, String> {
    match kind {
        Kind::Text => Ok(text.into()),
        Kind::Choice(names) => check_choice(names, text).map(|()| text.into()),
        Kind::Integer(least, greatest) => match text.trim().parse::<i64>() {
            Ok(number) if (least..=greatest).contains(&number) => Ok(number.into()),
            _ => Err(format!("\"{text}\" found")),
        },
        Kind::List { check, .. } => {
            let texts: Vec<&str> = text.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
            texts.iter().try_for_each(|text| check(text))?;
            Ok(texts.into_iter().map(config::Value::from).collect::<Vec<_>>().into())
        }
        Kind::Tables { .. } => Err("no variable can say it".to_owned()),
        Kind::SigningKeys if text.trim().is_empty() => Ok(Vec::<config::Value>::new().into()),
        Kind::SigningKeys => {
            let keys: Option<Vec<config::Value>> = text
                .split(',')
                .map(|pair| {
                    let (kid, secret) = pair.trim().split_once(':')?;
                    let key = HashMap::from([
                        ("kid".to_owned(), kid.to_owned()),
                        ("secret".to_owned(), secret.to_owned()),
                    ]);
                    Some(key.into())
                })
                .collect();
            keys.map(Into::into)
                .ok_or_else(|| "written kid:secret,kid:secret; something else found".to_owned())
        }
    }
}
