//! Single sign-on by OpenID Connect: code flow with PKCE at the providers that the settings list.
//!
//! - What an attempt needs to be finished (state, nonce, the verifier of PKCE) is carried by the browser, encrypted ([`flow`]); so an
//!   attempt can't be finished by another browser, and nothing is stored for who only begins.
//! - The provider is asked outside of any transaction, with limits on time and size, and follows no redirect ([`http`]).
//! - An identity is the issuer with its subject. It belongs to an account that someone linked, or else to the one active account of the
//!   address that the provider has verified ([`log_in`]). An account is made only where the provider's settings say so.
//! - The second factor is asked for as after a password, unless the settings say which answers of the provider stand for it.

pub mod api;
pub mod flow;
pub mod http;
pub mod identities;
pub mod log_in;
pub mod provider;
pub mod settings;
