//! What a provider says: its discovery document with its keys, and who has logged in there.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, SignatureVerificationError, TokenResponse,
};
use serde::{Deserialize, Serialize};

use crate::accounts::oidc::http;
use crate::accounts::oidc::settings::{OidcSettings, Provider};
use crate::app::App;
use crate::core::{Code, Problem, Text};

/// So long a discovery document is good. A key that is not in it is looked for anew at once.
const FRESH: Duration = Duration::from_secs(3600);

/// The discovery documents of this process, by issuer.
#[derive(Default)]
struct Discovered(Mutex<HashMap<String, (Instant, CoreProviderMetadata)>>);

impl Discovered {
    fn all(&self) -> MutexGuard<'_, HashMap<String, (Instant, CoreProviderMetadata)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 503: the provider can't be asked.
fn unavailable(cause: impl std::fmt::Display) -> Problem {
    let text = Text::new(
        "暂时无法连接身份提供方，请稍后再试",
        "the identity provider can't be reached; try again later",
    );
    let mut problem = Problem::new(Code::ProviderUnavailable, text);
    problem.retry_after = Some(30);
    problem.cause = Some(cause.to_string());
    problem
}

/// 400: the sign-on was not completed.
pub fn failed(zh: &'static str, en: &'static str, cause: impl std::fmt::Display) -> Problem {
    let mut problem = Problem::new(Code::SignInFailed, Text::new(zh, en));
    problem.cause = Some(cause.to_string());
    problem
}

fn not_verified(cause: impl std::fmt::Display) -> Problem {
    failed(
        "身份提供方的答复未能通过核验，请重新登录",
        "the answer of the identity provider could not be verified; begin again",
        cause,
    )
}

async fn metadata(app: &App, provider: &Provider, anew: bool) -> Result<CoreProviderMetadata, Problem> {
    let discovered = app.cache().of::<Discovered>();
    let known = discovered.all().get(&provider.issuer).cloned();
    if let Some((_, metadata)) = known.filter(|(at, _)| !anew && at.elapsed() < FRESH) {
        return Ok(metadata);
    }
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(Problem::internal)?;
    let metadata = CoreProviderMetadata::discover_async(issuer, &http::send).await.map_err(unavailable)?;
    discovered.all().insert(provider.issuer.clone(), (Instant::now(), metadata.clone()));
    Ok(metadata)
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn client(
    app: &App,
    provider: &Provider,
    metadata: CoreProviderMetadata,
    redirect: &str,
) -> Result<Client, Problem> {
    let secret = app.settings().section::<OidcSettings>().secret(provider);
    let secret = secret.map(|secret| ClientSecret::new(secret.expose().to_owned()));
    let methods = metadata.token_endpoint_auth_methods_supported();
    // The usual way is the header, unless the provider says that it takes the body alone.
    let by_body = methods.is_some_and(|all| {
        !all.contains(&CoreClientAuthMethod::ClientSecretBasic)
            && all.contains(&CoreClientAuthMethod::ClientSecretPost)
    });
    let redirect = RedirectUrl::new(redirect.to_owned()).map_err(Problem::internal)?;
    let client =
        CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), secret);
    let by = if by_body { AuthType::RequestBody } else { AuthType::BasicAuth };
    Ok(client.set_redirect_uri(redirect).set_auth_type(by))
}

/// What is needed to finish an attempt that was begun. A secret of the browser that began it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Handshake {
    /// Comes back with the answer.
    pub state: String,
    nonce: String,
    verifier: String,
}

/// Begins an attempt: the address to send the browser to, and what is needed to finish it. `again`: the person logs in there anew, even
/// where a session of theirs is open.
///
/// # Errors
/// 503 where the provider can't be asked.
pub async fn begin(
    app: &App,
    provider: &Provider,
    redirect: &str,
    again: bool,
) -> Result<(String, Handshake), Problem> {
    let client = client(app, provider, metadata(app, provider, false).await?, redirect)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .set_pkce_challenge(challenge)
        .add_scopes(provider.scopes.iter().cloned().map(Scope::new));
    if again {
        request = request.set_max_age(Duration::ZERO).add_prompt(openidconnect::core::CoreAuthPrompt::Login);
    }
    let (address, state, nonce) = request.url();
    let handshake = Handshake {
        state: state.into_secret(),
        nonce: nonce.secret().clone(),
        verifier: verifier.into_secret(),
    };
    Ok((address.into(), handshake))
}

/// Who has logged in at a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identity {
    /// The provider's id in the settings.
    pub provider: String,
    /// Its issuer.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// The mail address, where the provider says that it has verified it.
    pub verified_email: Option<String>,
    /// Whether an address came without being verified.
    pub unverified: bool,
    /// The name shown.
    pub name: Option<String>,
    /// The name to log in with there.
    pub username: Option<String>,
    /// When the person logged in there.
    pub logged_in_at: Option<DateTime<Utc>>,
    /// The provider has asked for a second factor, and the settings say that this counts.
    pub by_factor: bool,
}

/// Finishes an attempt: exchanges the code and verifies who has logged in.
///
/// # Errors
/// 400 where the answer is not good; 503 where the provider can't be asked.
pub async fn finish(
    app: &App,
    provider: &Provider,
    redirect: &str,
    code: &str,
    handshake: Handshake,
) -> Result<Identity, Problem> {
    let known = client(app, provider, metadata(app, provider, false).await?, redirect)?;
    let exchange = known.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(Problem::internal)?;
    let tokens = exchange
        .set_pkce_verifier(PkceCodeVerifier::new(handshake.verifier))
        .request_async(&http::send)
        .await
        .map_err(|error| match error {
            openidconnect::RequestTokenError::Request(error) => unavailable(error),
            error => not_verified(error),
        })?;
    let token = tokens.id_token().ok_or_else(|| not_verified("no ID token came"))?;
    let (nonce, now) = (Nonce::new(handshake.nonce), app.clock().now());
    let (known, claims) = match verified(&known, token, &nonce, now) {
        Ok(claims) => (known, claims),
        // The provider may have changed its keys since.
        Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
        )) => {
            let anew = client(app, provider, metadata(app, provider, true).await?, redirect)?;
            let claims = verified(&anew, token, &nonce, now).map_err(not_verified)?;
            (anew, claims)
        }
        Err(error) => return Err(not_verified(error)),
    };
    identity(provider, &known, claims, tokens.access_token()).await
}

/// The signatures that are taken: none whose key the client knows, and never none at all.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Signature, issuer, audience, nonce and times of an ID token.
fn verified(
    client: &Client,
    token: &CoreIdToken,
    nonce: &Nonce,
    now: DateTime<Utc>,
) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    let issued = move |at: DateTime<Utc>| {
        let minutes = (at - now).num_minutes().abs();
        if minutes < 10 { Ok(()) } else { Err(format!("issued at {at}, and it is {now}")) }
    };
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(SIGNATURES)
        .set_time_fn(move || now)
        .set_issue_time_verifier_fn(issued);
    token.claims(&verifier, nonce).cloned()
}

async fn identity(
    provider: &Provider,
    client: &Client,
    claims: CoreIdTokenClaims,
    access: &AccessToken,
) -> Result<Identity, Problem> {
    let text = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let mut email = text(claims.email().map(|email| email.as_str()));
    let mut is_verified = claims.email_verified().unwrap_or_default();
    let mut username = text(claims.preferred_username().map(|name| name.as_str()));
    let mut name = text(claims.name().and_then(|name| name.get(None)).map(|name| name.as_str()));
    // Most providers say more of a person only when asked with the access token.
    if email.is_none()
        && let Ok(request) = client.user_info(access.clone(), Some(claims.subject().clone()))
    {
        let more: CoreUserInfoClaims =
            request.request_async(&http::send).await.map_err(|error| match error {
                openidconnect::UserInfoError::Request(error) => unavailable(error),
                error => not_verified(error),
            })?;
        email = text(more.email().map(|email| email.as_str()));
        is_verified = more.email_verified().unwrap_or_default();
        username = username.or(text(more.preferred_username().map(|name| name.as_str())));
        name = name.or(text(more.name().and_then(|name| name.get(None)).map(|name| name.as_str())));
    }
    let counts = |value: &str| provider.second_factor.iter().any(|wanted| wanted == value);
    let by_method = claims.auth_method_refs().is_some_and(|all| all.iter().any(|method| counts(method)));
    let by_class = claims.auth_context_ref().is_some_and(|class| counts(class));
    Ok(Identity {
        provider: provider.id.clone(),
        issuer: provider.issuer.clone(),
        subject: claims.subject().to_string(),
        unverified: email.is_some() && !is_verified,
        verified_email: email.filter(|_| is_verified),
        name,
        username,
        logged_in_at: claims.auth_time(),
        by_factor: by_method || by_class,
    })
}
