//! The ban on sampling the same product again too soon: the same authority may not sample the same product (same producer, standard,
//! trademark and model) of one enterprise twice within some months. Pure. Follow-up of failures and emergencies are exempt.

use crate::core::Text;
use crate::programmes::settings::SamplingRules;
use chrono::{Months, NaiveDate};

/// What makes two samples ones of the same product (同一产品). Compared as written, but for blanks and letter case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductLine {
    /// The producer, by its credit code or its name.
    pub producer: String,
    /// The standard that it is made to.
    pub standard: String,
    /// The trademark.
    pub trademark: String,
    /// Specification and model.
    pub model: String,
}

impl ProductLine {
    /// The product, folded: the same for two samples of the same product. None where nobody is named as its producer, since then nothing says
    /// that it is the same.
    pub fn key(&self) -> Option<String> {
        let folded = |text: &String| text.split_whitespace().collect::<String>().to_lowercase();
        let parts = [&self.producer, &self.standard, &self.trademark, &self.model].map(folded);
        parts.first().is_some_and(|producer| !producer.is_empty()).then(|| parts.join("\n"))
    }

    /// Whether this is the same product.
    pub fn same_as(&self, other: &Self) -> bool {
        self.key().is_some_and(|key| other.key() == Some(key))
    }
}

/// One sampling, done or intended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampling {
    /// Code of the region whose authority organises it.
    pub authority: String,
    /// What was sampled.
    pub line: ProductLine,
    /// On which day.
    pub sampled_on: NaiveDate,
    /// Whether it follows up a failure or answers an emergency: such a sampling is never banned.
    pub exempt: bool,
}

/// Why a sampling is not allowed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatBan {
    /// The day of the sampling before it.
    pub sampled_on: NaiveDate,
    /// The first day on which it is allowed again.
    pub allowed_from: NaiveDate,
    /// The article.
    pub article: Text,
}

/// Whether a sampling is banned by one of those before it, and by which: the last of them.
pub fn banned(
    intended: &Sampling,
    earlier: impl IntoIterator<Item = Sampling>,
    rules: &SamplingRules,
) -> Option<RepeatBan> {
    if intended.exempt {
        return None;
    }
    let allowed_from = |day: NaiveDate| day.checked_add_months(Months::new(rules.repeat_months));
    let same = |done: &Sampling| {
        done.authority == intended.authority
            && done.sampled_on <= intended.sampled_on
            && done.line.same_as(&intended.line)
    };
    let last = earlier.into_iter().filter(same).map(|done| done.sampled_on).max()?;
    let allowed_from = allowed_from(last)?;
    (intended.sampled_on < allowed_from).then(|| RepeatBan {
        sampled_on: last,
        allowed_from,
        article: rules.repeat_article.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programmes::settings::ProgrammeSettings;

    fn sampling(authority: &str, producer: &str, day: &str) -> Sampling {
        Sampling {
            authority: authority.to_owned(),
            line: ProductLine {
                producer: producer.to_owned(),
                standard: "GB/T 5023.3".to_owned(),
                trademark: "明珠".to_owned(),
                model: "BV 2.5".to_owned(),
            },
            sampled_on: day.parse().unwrap(),
            exempt: false,
        }
    }

    fn verdict(intended: &Sampling, earlier: &[Sampling]) -> Option<String> {
        let settings = ProgrammeSettings::default();
        let ban = banned(intended, earlier.to_vec(), &settings.rules[0])?;
        assert!(ban.article.zh.contains("18"), "{:?}", ban.article);
        Some(ban.allowed_from.to_string())
    }

    #[test]
    fn the_same_product_is_not_sampled_twice_within_six_months() {
        let done = sampling("440000", "甲厂", "2026-01-31");
        let table = [
            ("2026-01-31", Some("2026-07-31")),
            ("2026-07-30", Some("2026-07-31")),
            ("2026-07-31", None),
            // What is entered late does not ban what came before it.
            ("2026-01-30", None),
        ];
        for (day, wanted) in table {
            let found = verdict(&sampling("440000", " 甲 厂", day), std::slice::from_ref(&done));
            assert_eq!(found.as_deref(), wanted, "{day}");
        }
    }

    #[test]
    fn another_authority_product_or_purpose_is_not_banned() {
        let done = [sampling("440000", "甲厂", "2026-03-01"), sampling("440000", "甲厂", "2026-02-01")];
        let again = sampling("440000", "甲厂", "2026-04-01");
        assert_eq!(verdict(&again, &done).as_deref(), Some("2026-09-01"), "the last one counts");
        assert_eq!(verdict(&sampling("440100", "甲厂", "2026-04-01"), &done), None);
        assert_eq!(verdict(&sampling("440000", "乙厂", "2026-04-01"), &done), None);
        let mut model = again.clone();
        model.line.model = "BV 4".to_owned();
        assert_eq!(verdict(&model, &done), None);
        assert_eq!(verdict(&Sampling { exempt: true, ..again }, &done), None);
        let nobody = sampling("440000", " ", "2026-04-01");
        assert_eq!(verdict(&nobody, &[sampling("440000", "", "2026-03-01")]), None);
    }
}
