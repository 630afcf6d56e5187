//! The kinds of events that a webhook can ask for, and what is sent of one. Pure.

use crate::core::Text;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;

crate::word_enum! {
    /// A kind of event. `functions.sql` writes the same words.
    pub enum EventType {
        /// An enterprise, or a system in its name, has opened a consultation.
        ConsultationOpened = "consultation.opened",
        /// An expert holds it: accepted, or assigned by an officer.
        ConsultationAssigned = "consultation.assigned",
        /// It is over: concluded by the expert, or ended by the enterprise.
        ConsultationConcluded = "consultation.concluded",
        /// It is taken up again.
        ConsultationReopened = "consultation.reopened",
        /// A case was opened.
        CaseOpened = "case.opened",
        /// A case has another state, by a step or a correction.
        CaseStateChanged = "case.state_changed",
        /// A case was cleared. It changes its state as well.
        CaseCleared = "case.cleared",
        /// An import of a list has come to its end, or was refused as a whole.
        ImportFinished = "import.finished",
    }
}

/// The kind of what an officer sends to try a webhook.
pub const TEST: &str = "webhook.test";

impl EventType {
    /// The kind in words.
    pub fn text(self) -> Text {
        match self {
            Self::ConsultationOpened => Text::new("发起问诊", "consultation opened"),
            Self::ConsultationAssigned => {
                Text::new("问诊已有专家接诊", "consultation accepted by or assigned to an expert")
            }
            Self::ConsultationConcluded => Text::new("问诊办结", "consultation concluded"),
            Self::ConsultationReopened => Text::new("问诊重新打开", "consultation reopened"),
            Self::CaseOpened => Text::new("整改案件立案", "case opened"),
            Self::CaseStateChanged => Text::new("整改案件状态变更", "state of a case changed"),
            Self::CaseCleared => Text::new("整改案件清零", "case cleared"),
            Self::ImportFinished => Text::new("名单导入结束", "import of a list finished"),
        }
    }
}

/// A kind by its stored word, in words.
pub fn text_of(word: &str) -> Text {
    match word.parse::<EventType>() {
        Ok(kind) => kind.text(),
        Err(_) if word == TEST => Text::new("测试推送", "test delivery"),
        Err(_) => Text::new(word.to_owned(), word.to_owned()),
    }
}

#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Value,
}

/// The body of a call: the same bytes in every attempt.
///
/// # Errors
/// None; the form is that of the serializer.
pub fn body(kind: &str, at: DateTime<Utc>, data: &Value) -> serde_json::Result<String> {
    let timestamp = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    serde_json::to_string(&Payload { r#type: kind, timestamp, data })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_is_the_same_each_time_and_says_no_more_than_it_was_given() {
        let at = DateTime::from_timestamp(1_772_413_200, 5_000_000).unwrap();
        let data = json!({ "state": "cleared", "case": "x" });
        let wanted = r#"{"type":"case.cleared","timestamp":"2026-03-02T01:00:00.005Z","data":{"case":"x","state":"cleared"}}"#;
        assert_eq!(body("case.cleared", at, &data).unwrap(), wanted);
    }

    #[test]
    fn every_kind_has_words_in_both_languages() {
        for kind in EventType::ALL {
            let text = text_of(kind.as_str());
            assert!(!text.zh.is_ascii() && text.en.is_ascii(), "{kind}: {text:?}");
        }
        assert_eq!(text_of(TEST).zh, "测试推送");
    }

    #[test]
    fn sql_writes_these_words() {
        let sql = include_str!("functions.sql");
        for kind in EventType::ALL {
            assert!(sql.contains(&format!("'{kind}'")), "{kind}");
        }
    }
}
