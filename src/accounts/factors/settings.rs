//! The settings of second factors and of proving again who one is.

use crate::core::Role;
use std::collections::BTreeSet;

use crate::settings::{Checks, Settings, SigningKey, TokenKeys};

/// Stands for: officers and operators in production, nobody in development.
const BY_MODE: &str = "auto";

crate::settings_section! {
    /// Second factors, and proving again who one is.
    pub FactorSettings in "auth" checked by check_factors {
        /// Roles that must have a second factor, separated by commas: `enterprise`, `expert`, `admin`, `operator`, `sampler`, `laboratory`. `auto`: admin and
        /// operator in production, none in development. Empty: none. Who must have one and has none sets it up at the next log-in,
        /// before anything else. Everyone may have one.
        second_factor_roles: String = BY_MODE.to_owned();
        /// Minutes for which a session counts as proved after its log-in or a step-up. Clearing a case, deactivating someone and
        /// exporting people need such a session.
        step_up_minutes: u32 = 15, 1..=1_440;
        /// Keys that encrypt the secrets of authenticator apps and of webhooks: the first encrypts, all decrypt. Empty: those of `[auth]` do. A secret is
        /// encrypted anew under the first key when its next code is taken; one whose key has gone is lost, and the person needs a
        /// reset; that of a webhook stays under its key until it is changed. So give this list keys of its own, the old one of `[auth]` among them, before those of `[auth]` change.
        /// By environment: ZERODESK_AUTH__FACTOR_KEYS=kid:secret,kid:secret. (secret)
        factor_keys: Vec<SigningKey> = Vec::new();
    }
}

impl FactorSettings {
    /// Whether a role must have a second factor.
    pub fn demands(settings: &Settings, role: Role) -> bool {
        match settings.section::<Self>().second_factor_roles.trim() {
            BY_MODE => settings.is_production() && matches!(role, Role::Admin | Role::Operator),
            list => words(list).any(|word| word == role.as_str()),
        }
    }

    /// The keys that encrypt, the first, and decrypt, all.
    pub fn keys(settings: &Settings) -> &[SigningKey] {
        match settings.section::<Self>().factor_keys.as_slice() {
            [] => &settings.section::<TokenKeys>().keys,
            keys => keys,
        }
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty())
}

fn check_factors(factors: &FactorSettings, checks: &mut Checks<'_>) {
    let list = factors.second_factor_roles.trim();
    let known = list == BY_MODE || words(list).all(|word| word.parse::<Role>().is_ok());
    checks.check(
        known,
        "auth.second_factor_roles",
        "must be \"auto\" or names of roles, separated by commas",
    );
    let unnamed = factors.factor_keys.iter().any(|key| key.kid.is_empty() || key.secret.is_empty());
    checks.check(!unnamed, "auth.factor_keys", "a kid or a secret is empty");
    let kids: BTreeSet<&str> = factors.factor_keys.iter().map(|key| key.kid.as_str()).collect();
    checks.check(kids.len() == factors.factor_keys.len(), "auth.factor_keys", "two keys have the same kid");
    checks.check_key_lengths("auth.factor_keys", &factors.factor_keys);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Mode, ProcessSettings};

    #[test]
    fn officers_and_operators_must_have_one_in_production_unless_the_settings_say_otherwise() {
        let mut settings = Settings::default();
        let demanded = |settings: &Settings| {
            let roles = [Role::Enterprise, Role::Expert, Role::Admin, Role::Operator];
            roles.map(|role| FactorSettings::demands(settings, role))
        };
        assert_eq!(demanded(&settings), [false; 4]);
        settings.edit::<ProcessSettings>().mode = Mode::Production;
        assert_eq!(demanded(&settings), [false, false, true, true]);
        settings.edit::<FactorSettings>().second_factor_roles = "expert, operator".to_owned();
        assert_eq!(demanded(&settings), [false, true, false, true]);
        settings.edit::<FactorSettings>().second_factor_roles = String::new();
        assert_eq!(demanded(&settings), [false; 4]);
    }
}
