//! Who acts: the person (or the system itself) on whose behalf a command runs.

use crate::core::ids::{AccountId, EnterpriseId, ExpertId, LaboratoryId, SessionId};
use crate::core::key_scope::KeyUse;
use crate::core::text::Language;
use crate::word_enum;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use uuid::Uuid;

word_enum! {
    /// What a person is in the system.
    pub enum Role {
        /// Speaks for one enterprise.
        Enterprise = "enterprise",
        /// A vetted expert.
        Expert = "expert",
        /// A regulator's officer, scoped to a region and all under it.
        Admin = "admin",
        /// Runs the platform: reference data, accounts, imports, vetting. No part in a case or a chat.
        Operator = "operator",
        /// Takes samples, for a body that is assigned to inspections. No part in anything else.
        Sampler = "sampler",
        /// Tests samples, for a laboratory that is assigned to inspections. No part in anything else.
        Laboratory = "laboratory",
    }
}

/// Who acts, with the scope that goes with the role. Loaded again for each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody logged in: registrations and applications come from here.
    Anonymous,
    /// The platform itself: jobs, sweeps, the command line.
    System,
    /// A person.
    Person(Person),
}

/// A logged-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The log-in through which the person acts.
    pub session: SessionId,
    /// The name shown to others.
    pub name: String,
    /// The language of the person's mails.
    pub language: Language,
    /// The role with its scope.
    pub scope: Scope,
    /// What the session has proved.
    pub proof: Proof,
}

/// What a session has proved of the person in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    /// When the person last gave a password or a code in it.
    pub proved_at: Option<DateTime<Utc>>,
    /// It can only set up the second factor that the role must have.
    pub sets_up_only: bool,
    /// It is no session of a person: a program acts by this key.
    pub key: Option<Arc<KeyUse>>,
}

/// A role with what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Sees its own enterprise.
    Enterprise(EnterpriseId),
    /// Sees the consultations offered to or held by this expert.
    Expert(ExpertId),
    /// Sees the region of this code and all under it.
    Admin(String),
    /// Sees the platform, not the cases' and consultations' content.
    Operator,
    /// Sees the inspections for which this body takes the samples.
    Sampler(LaboratoryId),
    /// Sees the inspections whose samples this laboratory tests.
    Laboratory(LaboratoryId),
}

impl Scope {
    /// The role without its scope.
    pub fn role(&self) -> Role {
        match self {
            Scope::Enterprise(_) => Role::Enterprise,
            Scope::Expert(_) => Role::Expert,
            Scope::Admin(_) => Role::Admin,
            Scope::Operator => Role::Operator,
            Scope::Sampler(_) => Role::Sampler,
            Scope::Laboratory(_) => Role::Laboratory,
        }
    }
}

impl Actor {
    /// The account, where a person acts.
    pub fn account(&self) -> Option<AccountId> {
        self.person().map(|p| p.account)
    }

    /// The person, where one acts.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Actor::Person(p) => Some(p),
            _ => None,
        }
    }

    /// The API key by which a program acts; none where a person does.
    pub fn key(&self) -> Option<&KeyUse> {
        self.person()?.proof.key.as_deref()
    }

    /// The scope of the person, where one acts.
    pub fn scope(&self) -> Option<&Scope> {
        self.person().map(|p| &p.scope)
    }

    /// The region of an officer; none of anybody else.
    pub fn officer_region(&self) -> Option<&str> {
        match self.scope() {
            Some(Scope::Admin(region)) => Some(region),
            _ => None,
        }
    }

    /// The body of a sampler or of somebody of a laboratory; none of anybody else.
    pub fn body(&self) -> Option<LaboratoryId> {
        match self.scope() {
            Some(Scope::Sampler(id) | Scope::Laboratory(id)) => Some(*id),
            _ => None,
        }
    }

    /// The word that is in the audit and in histories.
    pub fn role_word(&self) -> &'static str {
        match self {
            Actor::Anonymous => "anonymous",
            Actor::System => "system",
            Actor::Person(p) => p.scope.role().as_str(),
        }
    }
}

/// One call: who acts, and how the answer is to be given.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// The id of the request, for the audit.
    pub request: Option<Uuid>,
    /// The key under which a repeated call is answered instead of done again.
    pub idempotency_key: Option<String>,
}

impl Caller {
    /// The platform acting by itself.
    pub fn system() -> Self {
        Self::of(Actor::System)
    }

    /// Someone acting otherwise than by a request that carries a key.
    pub fn of(actor: Actor) -> Self {
        Self { actor, request: None, idempotency_key: None }
    }

    /// The same call without its idempotency key: its answer, which holds a secret, is never kept to be given again.
    #[must_use]
    pub fn without_idempotency_key(self) -> Self {
        Self { idempotency_key: None, ..self }
    }

    /// Under whom idempotency keys are kept apart: the API key by which a program acts, as its officer may have others; else the account.
    pub fn idempotency_scope(&self) -> Uuid {
        let key = self.actor.key().map(|key| key.id);
        key.or_else(|| self.actor.account().map(|account| account.0)).unwrap_or(Uuid::nil())
    }
}
