//! The version of the rules that is tried.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::risk::settings::{RiskRules, faults};
use crate::risk::trial::view::TrialRequest;

/// The most characters of a version as a text.
const MOST_TEXT: usize = 200_000;

/// The version that a request hands in.
///
/// # Errors
/// What is wrong with it, at `/rules` or `/toml`.
pub fn candidate(request: &TrialRequest) -> Result<RiskRules, Problem> {
    let mut fields = Fields::new();
    let (pointer, parsed) = match (&request.rules, &request.toml) {
        (Some(rules), None) => {
            ("/rules", serde_json::from_value::<RiskRules>(rules.clone()).map_err(|error| error.to_string()))
        }
        (None, Some(text)) if text.chars().count() <= MOST_TEXT => ("/toml", from_toml(text)),
        (None, Some(_)) => ("/toml", Err(format!("must be at most {MOST_TEXT} characters"))),
        (None, None) | (Some(_), Some(_)) => ("/rules", Err("hand in either `rules` or `toml`".to_owned())),
    };
    match parsed {
        Ok(rules) => {
            for fault in faults(&rules) {
                fields.fault(pointer, format!("规则有误：{fault}"), fault);
            }
            fields.done()?;
            Ok(rules)
        }
        Err(why) => {
            fields.fault(pointer, format!("规则无法读取：{why}"), why);
            fields.done()?;
            Err(Problem::internal("a fault that is none"))
        }
    }
}

/// A version out of a settings file: its table `risk.rules` with one version, or the keys of one.
fn from_toml(text: &str) -> Result<RiskRules, String> {
    let wrong = |error: toml::de::Error| error.message().to_owned();
    let mut table: toml::Table = toml::from_str(text).map_err(wrong)?;
    if let Some(toml::Value::Table(mut section)) = table.remove("risk") {
        return match section.remove("rules") {
            Some(toml::Value::Array(versions)) => match <[toml::Value; 1]>::try_from(versions) {
                Ok([version]) => version.try_into().map_err(wrong),
                Err(_) => Err("must have exactly one version".to_owned()),
            },
            _ => Err("has no [[risk.rules]]".to_owned()),
        };
    }
    toml::Value::Table(table).try_into().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::settings::RiskSettings;

    fn sound() -> RiskRules {
        RiskSettings::default().rules[0].clone()
    }

    #[test]
    fn a_version_is_read_as_json_and_as_toml() {
        let json = serde_json::to_value(sound()).unwrap();
        let request = TrialRequest { rules: Some(json), ..TrialRequest::default() };
        assert_eq!(candidate(&request).unwrap(), sound());
        let request =
            TrialRequest { toml: Some(include_str!("../rules.toml").to_owned()), ..TrialRequest::default() };
        assert_eq!(candidate(&request).unwrap(), sound());
        let wrong = serde_json::to_value(RiskRules { weight_rate: 900, ..sound() }).unwrap();
        let request = TrialRequest { rules: Some(wrong), ..TrialRequest::default() };
        assert_eq!(candidate(&request).unwrap_err().errors[0].pointer, "/rules");
        assert_eq!(candidate(&TrialRequest::default()).unwrap_err().errors[0].pointer, "/rules");
    }
}
