//! Corrective actions as they are entered: their fields, checked, and the sentence in which a message names them. Pure.

use crate::core::Language;
use crate::core::clock::day_in;
use crate::core::fields::Fields;
use crate::remediation::action::ActionKind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Most actions of one piece of advice.
pub const MOST_ACTIONS: usize = 50;

/// One corrective action.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// What it does about the problem; `correction` where none is named.
    #[serde(default = "correction")]
    pub kind: ActionKind,
    /// What is to be done, at most 2,000 characters.
    pub description: String,
    /// The standard that it rests on, such as `GB 6675.1-2014`, at most 100 characters.
    #[serde(default)]
    pub standard: Option<String>,
    /// The clause of the standard, such as `4.3.2`, at most 100 characters.
    #[serde(default)]
    pub clause: Option<String>,
    /// Until when, in Asia/Shanghai.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// Who sees to it, at most 100 characters.
    #[serde(default)]
    pub owner: Option<String>,
}

fn correction() -> ActionKind {
    ActionKind::Correction
}

/// An action whose fields are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAction {
    /// What it does about the problem.
    pub kind: ActionKind,
    /// What is to be done.
    pub description: String,
    /// The standard that it rests on.
    pub standard: Option<String>,
    /// The clause of the standard.
    pub clause: Option<String>,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// Who sees to it.
    pub owner: Option<String>,
}

/// Checks an action, whose fields stand under this pointer.
pub fn check(fields: &mut Fields, at: &str, action: &NewAction) -> CheckedAction {
    let owner = fields.optional_text(&format!("{at}/owner"), action.owner.as_deref(), 100);
    let standard = fields.optional_text(&format!("{at}/standard"), action.standard.as_deref(), 100);
    let clause = fields.optional_text(&format!("{at}/clause"), action.clause.as_deref(), 100);
    fields.require(
        clause.is_none() || standard.is_some(),
        &format!("{at}/clause"),
        "须同时填写标准",
        "needs the standard that it is of",
    );
    CheckedAction {
        kind: action.kind,
        description: fields.text(&format!("{at}/description"), &action.description, 2000),
        standard,
        clause,
        due_on: action.due_on,
        owner,
    }
}

/// Checks a list of actions, of which there are so many at least.
pub fn check_all(fields: &mut Fields, actions: &[NewAction], least: usize) -> Vec<CheckedAction> {
    if !(least..=MOST_ACTIONS).contains(&actions.len()) {
        fields.fault(
            "/actions",
            format!("须有 {least} 到 {MOST_ACTIONS} 项措施"),
            format!("must hold {least} to {MOST_ACTIONS} actions"),
        );
    }
    let check = |(n, action)| check(fields, &format!("/actions/{n}"), action);
    actions.iter().take(MOST_ACTIONS).enumerate().map(check).collect()
}

/// A piece of advice, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAdvice {
    /// Text before the list of actions.
    pub summary: Option<String>,
    /// What caused the problem.
    pub cause: Option<String>,
    /// The actions.
    pub actions: Vec<CheckedAction>,
}

impl CheckedAdvice {
    /// The advice as the text of its message, in Chinese, the language of the record: what transcripts, searches and mails show. The page
    /// of the consultation shows a card instead.
    pub fn body(&self) -> String {
        let summary = self.summary.clone();
        let cause = self.cause.as_ref().map(|cause| format!("原因：{cause}"));
        let lines = self.actions.iter().zip(1..).map(|(action, n)| format!("{n}. {}", action.line()));
        summary.into_iter().chain(cause).chain(lines).collect::<Vec<_>>().join("\n")
    }
}

impl CheckedAction {
    fn line(&self) -> String {
        let standard = self.standard.as_ref().map(|standard| match &self.clause {
            Some(clause) => format!("依据 {standard} 第 {clause} 条"),
            None => format!("依据 {standard}"),
        });
        let due = self.due_on.map(|day| format!("期限 {}", day_in(Language::Zh, day)));
        let owner = self.owner.as_ref().map(|owner| format!("负责人 {owner}"));
        let more: Vec<String> = standard.into_iter().chain(due).chain(owner).collect();
        let what = format!("【{}】{}", self.kind.text().zh, self.description);
        if more.is_empty() { what } else { format!("{what}（{}）", more.join("；")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(description: &str) -> NewAction {
        NewAction {
            kind: ActionKind::Correction,
            description: description.to_owned(),
            standard: None,
            clause: None,
            due_on: None,
            owner: None,
        }
    }

    #[test]
    fn the_message_of_advice_names_what_each_action_says() {
        let whole = NewAction {
            standard: Some(" GB 6675.1-2014 ".to_owned()),
            clause: Some("4.3.2".to_owned()),
            due_on: NaiveDate::from_ymd_opt(2026, 12, 15),
            owner: Some("李工".to_owned()),
            ..action("更换涂料")
        };
        let mut fields = Fields::new();
        let actions = check_all(&mut fields, &[whole, action("首件检验")], 1);
        fields.done().unwrap();
        let mut advice = CheckedAdvice {
            summary: Some("建议如下".to_owned()),
            cause: Some("涂料含铅".to_owned()),
            actions,
        };
        assert_eq!(
            advice.body(),
            "建议如下\n原因：涂料含铅\n\
             1. 【纠正】更换涂料（依据 GB 6675.1-2014 第 4.3.2 条；期限 2026年12月15日；负责人 李工）\n2. 【纠正】首件检验"
        );
        (advice.summary, advice.cause) = (None, None);
        advice.actions.truncate(1);
        advice.actions[0].clause = None;
        advice.actions[0].owner = None;
        assert_eq!(advice.body(), "1. 【纠正】更换涂料（依据 GB 6675.1-2014；期限 2026年12月15日）");
    }

    #[test]
    fn a_clause_needs_its_standard_and_a_list_its_bounds() {
        let pointers = |actions: &[NewAction], least| {
            let mut fields = Fields::new();
            check_all(&mut fields, actions, least);
            fields
                .done()
                .err()
                .map(|problem| problem.errors.iter().map(|e| e.pointer.clone()).collect::<Vec<_>>())
        };
        let bare = NewAction { clause: Some("4.3".to_owned()), ..action("x") };
        assert_eq!(pointers(&[action("x"), bare], 1), Some(vec!["/actions/1/clause".to_owned()]));
        assert_eq!(pointers(&[], 1), Some(vec!["/actions".to_owned()]));
        assert_eq!(pointers(&[], 0), None);
        assert_eq!(pointers(&vec![action("x"); MOST_ACTIONS + 1], 0), Some(vec!["/actions".to_owned()]));
    }
}
