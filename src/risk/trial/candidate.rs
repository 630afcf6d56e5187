//! The version of the rules that is tried.

use crate::core::Problem;
use crate::core::fields::Fields;
use crate::risk::settings::{RiskRules, faults};
use crate::risk::trial::view::TrialRequest;
use crate::settings::candidate::read;

/// The version that a request hands in.
///
/// # Errors
/// What is wrong with it, at `/rules` or `/toml`.
pub fn candidate(request: &TrialRequest) -> Result<RiskRules, Problem> {
    let (pointer, rules) = read("risk", request.rules.as_ref(), request.toml.as_deref())?;
    let mut fields = Fields::new();
    for fault in faults(&rules) {
        fields.fault(pointer, format!("规则有误：{}", fault.zh), fault.en);
    }
    fields.done()?;
    Ok(rules)
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
        let refused = candidate(&request).unwrap_err();
        assert_eq!(refused.errors[0].pointer, "/rules");
        assert_eq!(refused.errors[0].detail.zh, "规则有误：四项权重须各为 0 到 1000，合计 1000");
        assert!(refused.errors[0].detail.en.starts_with("the four weights"), "{refused:?}");
        assert_eq!(candidate(&TrialRequest::default()).unwrap_err().errors[0].pointer, "/rules");
    }
}
