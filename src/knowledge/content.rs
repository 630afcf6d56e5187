//! What an article says, and the fields in which something may be found. Pure.

use crate::catalogue::Catalogue;
use crate::core::fields::Fields;
use serde::{Deserialize, Serialize};

/// Most product kinds of an article.
pub const MOST_KINDS: usize = 5;
/// Most failed items, and most standards.
pub const MOST_LINES: usize = 20;
/// The most characters of a title.
pub const MAX_TITLE: usize = 200;
/// The most characters of question, cause, actions and result, each.
pub const MAX_TEXT: usize = 8_000;
/// The most characters of a failed item, a standard or a clause.
pub const MAX_LINE: usize = 100;

/// A standard that an article rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardRef {
    /// The standard, such as `GB/T 5023.3-2008`.
    pub standard: String,
    /// The clause of it, such as `5.2`.
    #[serde(default)]
    pub clause: Option<String>,
}

/// What an article says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// One line.
    pub title: String,
    /// Codes of the product kinds.
    pub product_kinds: Vec<String>,
    /// The items that failed.
    pub failed_items: Vec<String>,
    /// The standards and their clauses.
    pub standards: Vec<StandardRef>,
    /// What was asked.
    pub question: String,
    /// What caused it; may be empty.
    pub cause: String,
    /// What was done about it; may be empty.
    pub actions: String,
    /// Result of the corrective actions.
    pub result: String,
}

crate::word_enum! {
    /// A field in which something may be found that leads to someone.
    pub enum ArticleField {
        /// The title.
        Title = "title",
        /// The failed items, one a line.
        FailedItems = "failed_items",
        /// The standards, one a line, a tab before the clause.
        Standards = "standards",
        /// The question.
        Question = "question",
        /// The cause.
        Cause = "cause",
        /// The actions.
        Actions = "actions",
        /// The result.
        Result = "result",
    }
}

impl ArticleField {
    /// The words for people.
    pub fn text(self) -> crate::core::Text {
        let (zh, en) = match self {
            Self::Title => ("标题", "title"),
            Self::FailedItems => ("不合格项目", "failed items"),
            Self::Standards => ("标准与条款", "standards"),
            Self::Question => ("问题", "question"),
            Self::Cause => ("原因", "cause"),
            Self::Actions => ("整改措施", "actions"),
            Self::Result => ("结果", "result"),
        };
        crate::core::Text::new(zh, en)
    }
}

impl Content {
    /// A field as one text.
    #[must_use]
    pub fn field(&self, field: ArticleField) -> String {
        let standard = |s: &StandardRef| match &s.clause {
            Some(clause) => format!("{}\t{clause}", s.standard),
            None => s.standard.clone(),
        };
        match field {
            ArticleField::Title => self.title.clone(),
            ArticleField::FailedItems => self.failed_items.join("\n"),
            ArticleField::Standards => self.standards.iter().map(standard).collect::<Vec<_>>().join("\n"),
            ArticleField::Question => self.question.clone(),
            ArticleField::Cause => self.cause.clone(),
            ArticleField::Actions => self.actions.clone(),
            ArticleField::Result => self.result.clone(),
        }
    }

    /// Sets a field from one text, in the form in which [`Self::field`] gives it.
    pub fn set(&mut self, field: ArticleField, text: String) {
        let standard = |line: &str| match line.split_once('\t') {
            Some((standard, clause)) => {
                StandardRef { standard: standard.to_owned(), clause: Some(clause.to_owned()) }
            }
            None => StandardRef { standard: line.to_owned(), clause: None },
        };
        match field {
            ArticleField::Title => self.title = text,
            ArticleField::FailedItems => self.failed_items = text.lines().map(str::to_owned).collect(),
            ArticleField::Standards => self.standards = text.lines().map(standard).collect(),
            ArticleField::Question => self.question = text,
            ArticleField::Cause => self.cause = text,
            ArticleField::Actions => self.actions = text,
            ArticleField::Result => self.result = text,
        }
    }

    /// The fields that differ.
    #[must_use]
    pub fn changed(&self, other: &Self) -> Vec<ArticleField> {
        ArticleField::ALL.iter().copied().filter(|field| self.field(*field) != other.field(*field)).collect()
    }

    /// Everything checked and trimmed; blank lines of lists are left out, and kinds are given by their codes.
    pub fn check(&self, fields: &mut Fields, catalogue: &Catalogue) -> Self {
        let text = |fields: &mut Fields, at: &str, value: &str| {
            fields.optional_text(at, Some(value), MAX_TEXT).unwrap_or_default()
        };
        let mut standards = Vec::new();
        for (n, one) in self.standards.iter().enumerate() {
            let clause =
                fields.optional_text(&format!("/standards/{n}/clause"), one.clause.as_deref(), MAX_LINE);
            if one.standard.trim().is_empty() && clause.is_none() {
                continue;
            }
            let standard = fields.text(&format!("/standards/{n}/standard"), &one.standard, MAX_LINE);
            standards
                .push(StandardRef { standard: one_line(&standard), clause: clause.as_deref().map(one_line) });
        }
        few(fields, "/standards", standards.len(), MOST_LINES);
        let mut failed_items = Vec::new();
        for (n, one) in self.failed_items.iter().enumerate() {
            if let Some(item) = fields.optional_text(&format!("/failed_items/{n}"), Some(one), MAX_LINE) {
                failed_items.push(one_line(&item));
            }
        }
        few(fields, "/failed_items", failed_items.len(), MOST_LINES);
        Self {
            title: one_line(&fields.text("/title", &self.title, MAX_TITLE)),
            product_kinds: self.kinds(fields, catalogue),
            failed_items,
            standards,
            question: fields.text("/question", &self.question, MAX_TEXT),
            cause: text(fields, "/cause", &self.cause),
            actions: text(fields, "/actions", &self.actions),
            result: fields.text("/result", &self.result, MAX_TEXT),
        }
    }

    fn kinds(&self, fields: &mut Fields, catalogue: &Catalogue) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for (n, one) in self.product_kinds.iter().enumerate().filter(|(_, one)| !one.trim().is_empty()) {
            match catalogue.products.kind(one) {
                Some(kind) if !codes.contains(&kind.code) => codes.push(kind.code.clone()),
                Some(_) => {}
                None => fields.fault(
                    format!("/product_kinds/{n}"),
                    "不是目录中的产品种类",
                    "is no product kind of the catalogue",
                ),
            }
        }
        fields.require(
            (1..=MOST_KINDS).contains(&codes.len()),
            "/product_kinds",
            "须有 1 到 5 个产品种类",
            "must be 1 to 5 product kinds",
        );
        codes
    }
}

fn few(fields: &mut Fields, at: &str, count: usize, most: usize) {
    if count > most {
        fields.fault(at, format!("最多 {most} 项"), format!("at most {most}"));
    }
}

/// A text as one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_set_as_it_is_given() {
        let content = Content {
            title: "标题".to_owned(),
            product_kinds: vec!["K0301".to_owned()],
            failed_items: vec!["导体电阻".to_owned(), "绝缘厚度".to_owned()],
            standards: vec![
                StandardRef { standard: "GB/T 3956-2008".to_owned(), clause: Some("5.1".to_owned()) },
                StandardRef { standard: "GB/T 5023.3-2008".to_owned(), clause: None },
            ],
            question: "一\n二".to_owned(),
            ..Content::default()
        };
        let mut copy = Content { product_kinds: content.product_kinds.clone(), ..Content::default() };
        for field in ArticleField::ALL {
            copy.set(*field, content.field(*field));
        }
        assert_eq!(copy, content);
        assert!(content.changed(&copy).is_empty());
        copy.set(ArticleField::Cause, "三".to_owned());
        assert_eq!(content.changed(&copy), [ArticleField::Cause]);
    }

    #[test]
    fn what_is_wrong_is_named_and_blank_lines_are_left_out() {
        let catalogue = Catalogue::builtin().unwrap();
        let good = Content {
            title: " 导体电阻  偏大 ".to_owned(),
            product_kinds: vec!["k0301".to_owned(), String::new()],
            failed_items: vec![" ".to_owned(), "导体电阻".to_owned()],
            standards: vec![StandardRef::default()],
            question: "问".to_owned(),
            result: "好".to_owned(),
            ..Content::default()
        };
        let mut fields = Fields::new();
        let checked = good.check(&mut fields, &catalogue);
        fields.done().unwrap();
        assert_eq!((checked.title.as_str(), checked.failed_items.len()), ("导体电阻 偏大", 1));
        assert_eq!((checked.product_kinds, checked.standards), (vec!["K0301".to_owned()], Vec::new()));
        let bad = Content {
            product_kinds: vec!["无此产品".to_owned()],
            standards: vec![StandardRef { standard: String::new(), clause: Some("5".to_owned()) }],
            ..good
        };
        let mut fields = Fields::new();
        bad.check(&mut fields, &catalogue);
        let faults: Vec<String> =
            fields.done().unwrap_err().errors.iter().map(|e| e.pointer.clone()).collect();
        assert_eq!(faults, ["/standards/0/standard", "/product_kinds/0", "/product_kinds"]);
    }
}
