//! What a domain declares of its entries in the audit: the words for actions and for the things they are about.

use crate::core::Text;

/// The words for an action of the audit.
pub struct AuditWord {
    /// The action, as it is stored.
    pub action: &'static str,
    /// What was done, in Chinese.
    pub zh: &'static str,
    /// What was done, in English.
    pub en: &'static str,
}

/// Actions of the audit that are together under a heading.
pub struct AuditGroup {
    /// The heading, in Chinese.
    pub zh: &'static str,
    /// The heading, in English.
    pub en: &'static str,
    /// The actions, as they are stored, with their words.
    pub words: fn() -> Vec<(&'static str, Text)>,
}

/// The words for a kind of thing that an entry of the audit is about.
pub struct AuditSubject {
    /// The kind, as it is stored.
    pub kind: &'static str,
    /// The kind in words, in Chinese.
    pub zh: &'static str,
    /// The kind in words, in English.
    pub en: &'static str,
    /// The page that shows one of them, with `{id}`; empty where there is none. Shown to whom the page admits.
    pub page: &'static str,
    /// The names of some of them: `id uuid` and `name text` of those among `$1` (uuid[]); empty where they have none. Of what has a page
    /// the name is shown to whom the page admits.
    pub names: &'static str,
}

impl AuditSubject {
    /// The same, whose names this says.
    #[must_use]
    pub const fn named(self, names: &'static str) -> Self {
        Self { names, ..self }
    }
}

/// A word of the audit.
pub const fn word(action: &'static str, zh: &'static str, en: &'static str) -> AuditWord {
    AuditWord { action, zh, en }
}

/// A kind of subject of the audit.
pub const fn subject(
    kind: &'static str,
    zh: &'static str,
    en: &'static str,
    page: &'static str,
) -> AuditSubject {
    AuditSubject { kind, zh, en, page, names: "" }
}
