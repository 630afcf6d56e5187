//! Who is told of what happens to a code: the people of the enterprise, by mail.

use crate::accounts::people::enterprise_recipients;
use crate::core::{Language, Problem, Text};
use crate::credit_codes::conditions::{Condition, lost};
use crate::credit_codes::mails::Mail;
use crate::credit_codes::store::Row;
use crate::db::Tx;
use crate::notifications::outbox;
use chrono::NaiveDate;

/// What an officer decided.
#[derive(Debug, Clone, Copy)]
pub enum Decision<'a> {
    /// The code is granted.
    Granted {
        /// The last day on which it can be in force.
        until: NaiveDate,
    },
    /// The application is refused.
    Refused {
        /// The reason that the officer gave.
        reason: &'a str,
    },
    /// Another term is granted.
    Renewed {
        /// The last day on which it can be in force.
        until: NaiveDate,
    },
    /// Another term is refused.
    RenewalRefused {
        /// The reason that the officer gave.
        reason: &'a str,
    },
    /// The code is taken away.
    Revoked {
        /// The reason that the officer gave.
        reason: &'a str,
    },
}

impl Decision<'_> {
    fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Granted { .. } => ("准予授码", "granted"),
            Self::Refused { .. } => ("不予授码", "refused"),
            Self::Renewed { .. } => ("准予续期", "renewed"),
            Self::RenewalRefused { .. } => ("不予续期", "renewal refused"),
            Self::Revoked { .. } => ("撤销", "revoked"),
        };
        Text::new(zh, en)
    }

    fn reason(self) -> String {
        match self {
            Self::Granted { .. } | Self::Renewed { .. } => String::new(),
            Self::Refused { reason } | Self::RenewalRefused { reason } | Self::Revoked { reason } => {
                reason.to_owned()
            }
        }
    }

    fn until(self) -> Option<NaiveDate> {
        match self {
            Self::Granted { until } | Self::Renewed { until } => Some(until),
            _ => None,
        }
    }
}

fn product(row: &Row) -> String {
    format!("{} {}", row.product_name, row.model)
}

/// Writes a mail to each of the people of the enterprise, in that person's language.
fn tell(tx: &mut Tx, row: &Row, mail: impl Fn(Language, String) -> Mail) -> Result<(), Problem> {
    for to in enterprise_recipients(&mut tx.conn, row.enterprise_id)? {
        let link = tx.link(&format!("/codes/{}", row.id));
        let written = mail(to.language, link);
        outbox::enqueue(tx, &to, &written)?;
    }
    Ok(())
}

/// Tells what was decided.
///
/// # Errors
/// When the database refuses.
pub fn decided(tx: &mut Tx, row: &Row, decision: Decision<'_>) -> Result<(), Problem> {
    tell(tx, row, |language, link| Mail::CreditCodeDecided {
        product: product(row),
        decision: decision.text().get(language).to_owned(),
        reason: decision.reason(),
        until: decision.until(),
        link,
    })
}

/// Tells that a code is not in force any more, and by which conditions.
///
/// # Errors
/// When the database refuses.
pub fn suspended(tx: &mut Tx, row: &Row, conditions: &[Condition]) -> Result<(), Problem> {
    let words = |language: Language| {
        let lines: Vec<String> = lost(conditions)
            .iter()
            .map(|c| {
                let between = if language == Language::Zh { "：" } else { ": " };
                format!("- {}{between}{}", c.key.text().get(language), c.says.get(language))
            })
            .collect();
        match (lines.is_empty(), language) {
            (false, _) => lines.join("\n"),
            (true, Language::Zh) => "- 有效期已届满".to_owned(),
            (true, Language::En) => "- its term is over".to_owned(),
        }
    };
    tell(tx, row, |language, link| Mail::CreditCodeSuspended {
        product: product(row),
        conditions: words(language).into(),
        link,
    })
}

/// Tells that a code is in force again.
///
/// # Errors
/// When the database refuses.
pub fn resumed(tx: &mut Tx, row: &Row) -> Result<(), Problem> {
    tell(tx, row, |_, link| Mail::CreditCodeResumed { product: product(row), link })
}

/// Reminds of the end of the term.
///
/// # Errors
/// When the database refuses.
pub fn ends_soon(tx: &mut Tx, row: &Row, until: NaiveDate) -> Result<(), Problem> {
    tell(tx, row, |_, link| Mail::CreditCodeEnds { product: product(row), until, link })
}
