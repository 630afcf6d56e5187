//! How a mail gets its text. The mails are with their domains, each in an enum made by [`mails!`](crate::mails): one variant for
//! each mail, and for each a template in both languages under `templates/<domain>/mail/`.
//!
//! The first line of a template is the subject. Its values are made one line before they come
//! there, so that nobody's product name can end the subject early. Days come there in words of the mail's language.

use crate::core::clock::day_in;
use crate::core::hidden_characters::mark_hidden;
use crate::core::{Language, Problem};
use chrono::{DateTime, NaiveDate, Utc};

/// A text of several lines in somebody's own words: a reason, a conclusion.
#[derive(Clone, PartialEq, Eq)]
pub struct Prose(String);

impl Prose {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Display for Prose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A mail that is ready to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub body: String,
}

/// A value of a mail, which its templates show.
pub trait Field {
    /// What the template gets.
    type Shown;

    /// The value in a language, without what could end a header or forge a line, and with marks for what does not show.
    fn shown(&self, language: Language) -> Self::Shown;
}

impl Field for String {
    type Shown = Self;

    fn shown(&self, _: Language) -> Self {
        mark_hidden(&one_line(self)).into_owned()
    }
}

impl Field for Prose {
    type Shown = Self;

    fn shown(&self, _: Language) -> Self {
        let lines: Vec<String> = self.0.trim().lines().map(keep_line).collect();
        Self(mark_hidden(&lines.join("\n")).into_owned())
    }
}

/// A day in words, so that no template writes it as programs do.
impl Field for NaiveDate {
    type Shown = String;

    fn shown(&self, language: Language) -> String {
        day_in(language, *self)
    }
}

/// A day in words, empty where there is none.
impl Field for Option<NaiveDate> {
    type Shown = String;

    fn shown(&self, language: Language) -> String {
        self.map(|day| day_in(language, day)).unwrap_or_default()
    }
}

macro_rules! shown_as_it_is {
    ($($type:ty),+) => {$(
        impl Field for $type {
            type Shown = Self;

            fn shown(&self, _: Language) -> Self {
                *self
            }
        }
    )+};
}

shown_as_it_is!(bool, u32, DateTime<Utc>);

/// A mail of a domain, with what it needs to know.
pub trait MailText: std::fmt::Debug {
    /// The stable word for this kind of mail, as stored in `outbox_mail.template`.
    fn template(&self) -> &'static str;

    /// The whole text, subject first.
    ///
    /// # Errors
    /// When a template fails, which none does.
    fn text(&self, recipient: String, language: Language) -> Result<String, askama::Error>;

    /// The subject and text for a recipient of this name (may be empty) in a language.
    ///
    /// # Errors
    /// 500 when a template fails, which none does.
    fn render(&self, recipient: &str, language: Language) -> Result<Rendered, Problem> {
        let text = self.text(recipient.to_owned().shown(language), language).map_err(Problem::internal)?;
        let (subject, body) = text.split_once('\n').unwrap_or((&text, ""));
        Ok(Rendered { subject: one_line(subject), body: format!("{}\n", body.trim()) })
    }
}

/// The mails of a domain, as the enum `Mail`: `Name = "stored word", "Chinese template", "English template", "Chinese name" { field: Type }`.
// `$plain` comes from outside because of hygiene: askama takes from there the `self` of the code it
// writes, and the variants come from there too.
#[macro_export]
macro_rules! mails {
    ({ $($plain:tt)+ } $(
        $(#[$doc:meta])*
        $name:ident = $word:tt, $zh:tt, $en:tt $(, $called:literal)? { $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)? }
    )+) => {
        /// Every mail of the domain, with what it needs to know. Texts are in the words of the
        /// people concerned; links are whole addresses.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Mail {$(
            $(#[$doc])*
            $name { $($(#[$field_doc])* $field: $type),+ }
        ),+}

        #[derive(askama::Template)]
        $($plain)+
        #[allow(clippy::enum_variant_names, reason = "mails of one kind may share a word")]
        enum Chinese {$(
            #[template(path = $zh)]
            $name { recipient: String, $($field: <$type as $crate::notifications::templates::Field>::Shown),+ }
        ),+}

        #[derive(askama::Template)]
        $($plain)+
        #[allow(clippy::enum_variant_names, reason = "mails of one kind may share a word")]
        enum English {$(
            #[template(path = $en)]
            $name { recipient: String, $($field: <$type as $crate::notifications::templates::Field>::Shown),+ }
        ),+}

        impl Mail {
            /// The stored words of all these mails.
            pub const TEMPLATES: &'static [&'static str] = &[$($word),+];

            /// What they are called.
            pub const NAMES: &'static [$crate::web::room::MailName] = &[$(($word, &[$($called)?])),+];
        }

        impl $crate::notifications::templates::MailText for Mail {
            fn template(&self) -> &'static str {
                match self {$( Mail::$name { .. } => $word ),+}
            }

            fn text(
                &self,
                recipient: String,
                language: $crate::core::Language,
            ) -> Result<String, askama::Error> {
                use $crate::core::Language;
                use $crate::notifications::templates::Field as _;
                match (language, self) {$(
                    (Language::Zh, Mail::$name { $($field),+ }) => {
                        askama::Template::render(&Chinese::$name { recipient, $($field: $field.shown(language)),+ })
                    }
                    (Language::En, Mail::$name { $($field),+ }) => {
                        askama::Template::render(&English::$name { recipient, $($field: $field.shown(language)),+ })
                    }
                ),+}
            }
        }

        /// Not derived: a link may be a secret, so only the kind is shown.
        impl std::fmt::Debug for Mail {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "Mail({})", $crate::notifications::templates::MailText::template(self))
            }
        }
    };
}

/// A text as one line: line breaks and other control characters become spaces, runs of spaces one.
/// What is left can't end a header.
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keep_line(line: &str) -> String {
    line.chars().map(|c| if breaks(c) { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}

/// The separators of Unicode too, which some mail programs take for line breaks.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}
