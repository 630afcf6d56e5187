//! The settings of single sign-on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::core::{Language, Role};
use crate::settings::kind::{Kind, check_tables};
use crate::settings::value::ListedValue;
use crate::settings::{Checks, Secret, SigningKey};

crate::settings_section! {
    /// Single sign-on by OpenID Connect. A provider is a table, so a settings file names them:
    /// `[[oidc.providers]]` with `id` (in the address), `name`, `name_en`, `issuer`, `client_id`, `client_secret`, `scopes`,
    /// `second_factor`, `email_domains` and `[oidc.providers.create]` (`role`, `region`). Its redirect URI is the public address with
    /// `/api/v1/auth/oidc/{id}/callback`.
    pub OidcSettings in "oidc" checked by check_oidc {
        /// The providers, in the order of their buttons.
        providers: Vec<Provider> = Vec::new();
        /// Secrets of clients by the provider's id, in place of `client_secret` in the table. By environment:
        /// ZERODESK_OIDC__CLIENT_SECRETS=id:secret,id:secret. (secret)
        client_secrets: Vec<SigningKey> = Vec::new();
    }
}

/// A provider of identities.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its name in addresses: letters, digits and hyphens.
    pub id: String,
    /// The name on the button.
    pub name: String,
    /// The same in English; else the Chinese one.
    #[serde(default)]
    pub name_en: String,
    /// Its issuer, as its discovery document says it. https, but for one on this machine during development.
    pub issuer: String,
    /// The id under which the provider knows this installation.
    pub client_id: String,
    /// What proves it; empty for a public client.
    #[serde(default)]
    pub client_secret: Secret,
    /// What is asked for besides `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// Values of `amr` or `acr` by which it says that it asked for a second factor. None: ours is asked for.
    #[serde(default)]
    pub second_factor: Vec<String>,
    /// Domains of mail addresses, such as `gd.gov.cn`, by which it may find accounts that have not linked it yet. None: all. `none` alone:
    /// no address finds an account, each person links the provider first.
    #[serde(default)]
    pub email_domains: Vec<String>,
    /// Makes an account for whom there is none. Absent: nobody gets in without an account.
    #[serde(default)]
    pub create: Option<Created>,
}

/// The accounts that are made of identities.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Created {
    /// `admin` or `operator`.
    pub role: Role,
    /// An admin's region code.
    #[serde(default)]
    pub region: Option<String>,
}

fn usual_scopes() -> Vec<String> {
    vec!["email".to_owned(), "profile".to_owned()]
}

impl ListedValue for Provider {
    const LIST: Kind = Kind::Tables { of: "providers", check: check_tables::<Provider> };

    // None is built in.
    fn built_in_items(_: &[Self]) -> String {
        String::new()
    }
}

impl Provider {
    /// Whether an account may be found by this address, which the provider has verified.
    pub fn trusts_address(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.email_domains.is_empty()
            || self.email_domains.iter().any(|known| known.eq_ignore_ascii_case(domain))
    }

    /// The name on the button.
    pub fn shown(&self, language: Language) -> &str {
        if language == Language::En && !self.name_en.is_empty() { &self.name_en } else { &self.name }
    }
}

impl OidcSettings {
    /// The provider of an id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The secret of a client; none for a public one.
    pub fn secret<'a>(&'a self, provider: &'a Provider) -> Option<&'a Secret> {
        let listed = self.client_secrets.iter().find(|key| key.kid == provider.id).map(|key| &key.secret);
        listed.or(Some(&provider.client_secret)).filter(|secret| !secret.is_empty())
    }
}

/// Whether an address is on this machine.
fn is_local(issuer: &str) -> bool {
    let host = issuer.strip_prefix("http://").unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| {
        host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

fn check_oidc(oidc: &OidcSettings, checks: &mut Checks<'_>) {
    let key = "oidc.providers";
    let ids: BTreeSet<&str> = oidc.providers.iter().map(|provider| provider.id.as_str()).collect();
    checks.check(ids.len() == oidc.providers.len(), key, "two providers have the same id");
    for provider in &oidc.providers {
        let id = provider.id.as_str();
        let plain = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        checks.check(!id.is_empty() && plain, key, format!("the id \"{id}\" must be of a-z, 0-9 and -"));
        let named = !provider.name.trim().is_empty() && !provider.client_id.trim().is_empty();
        checks.check(named, key, format!("\"{id}\" needs name and client_id"));
        let safe =
            provider.issuer.starts_with("https://") || (!checks.production && is_local(&provider.issuer));
        checks.check(safe, key, format!("the issuer of \"{id}\" must begin with https://"));
        if let Some(create) = &provider.create {
            let fits = match create.role {
                Role::Admin => create.region.is_some(),
                Role::Operator => create.region.is_none(),
                _ => false,
            };
            checks.check(
                fits,
                key,
                format!("\"{id}\" can create an admin with a region, or an operator without"),
            );
        }
    }
    let known = oidc.client_secrets.iter().all(|secret| ids.contains(secret.kid.as_str()));
    checks.check(known, "oidc.client_secrets", "a secret is of no provider");
}

#[cfg(test)]
mod tests {
    use super::{Provider, is_local};

    #[test]
    fn a_provider_finds_accounts_by_addresses_of_its_domains() {
        let provider = |domains: &str| -> Provider {
            let table = format!(
                "id = 'a'\nname = 'A'\nissuer = 'https://a'\nclient_id = 'c'\nemail_domains = {domains}"
            );
            toml::from_str(&table).unwrap()
        };
        assert!(provider("[]").trusts_address("wang@anywhere.example"));
        let known = provider("['gd.gov.cn']");
        assert!(known.trusts_address("wang@GD.gov.cn"));
        for other in ["wang@evil.gd.gov.cn", "wang@gd.gov.cn.evil.example", "gd.gov.cn", "wang@"] {
            assert!(!known.trusts_address(other), "{other}");
        }
        assert!(!provider("['none']").trusts_address("wang@gd.gov.cn"));
    }

    #[test]
    fn only_this_machine_is_local() {
        for local in ["http://127.0.0.1:4000", "http://localhost", "http://[::1]:1/x"] {
            assert!(is_local(local), "{local}");
        }
        for other in
            ["http://127.0.0.1.evil.example", "http://localhost.evil.example", "ftp://localhost", "http://x"]
        {
            assert!(!is_local(other), "{other}");
        }
    }
}
