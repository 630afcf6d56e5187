//! Recipients of the notices of a case's deadlines: the enterprise, the experts on it, the officers of its region, and, when one was
//! missed, those one level up.

use crate::accounts::topics::Topic;
use crate::catalogue::Catalogue;
use crate::core::actor::Role;
use crate::core::fields::is_email;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Language, Problem};
use crate::db::published::{account, consultation, consultation_participant, enterprise};
use crate::enterprises::ids::NonconformityId;
use crate::notifications::Recipient;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// A recipient.
#[derive(Debug, Clone)]
pub struct Person {
    /// Under what the notices are remembered: an account, or an enterprise's address on record.
    pub key: String,
    /// Where the mail goes.
    pub to: Recipient,
    /// Whether it is an officer, who may get a digest.
    pub officer: bool,
    /// Whether reminders of what was agreed come; those of the law always do.
    pub reminders: bool,
}

/// All recipients for some cases.
#[derive(Debug, Default)]
pub struct People {
    enterprises: HashMap<EnterpriseId, Vec<Person>>,
    experts: HashMap<NonconformityId, Vec<Person>>,
    officers: HashMap<String, Vec<Person>>,
}

type Mailbox = (AccountId, String, Option<String>, String, Vec<Topic>);

fn person((id, name, email, language, off): Mailbox, officer: bool) -> Option<Person> {
    let address = email.filter(|e| is_email(e))?;
    let to = Recipient { address, name, language: Language::from_tag(&language) };
    Some(Person { key: id.to_string(), to, officer, reminders: !off.contains(&Topic::Reminders) })
}

/// A deadline is said to somebody: where all people of an enterprise do without reminders, the one who was there before the others
/// gets them all the same.
fn keep_one_reminded(people: &mut [Person]) {
    if people.iter().any(|person| person.reminders) {
        return;
    }
    if let Some(first) = people.first_mut() {
        first.reminders = true;
    }
}

impl People {
    /// Loads those of these enterprises and nonconformities, and all officers.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn load(
        conn: &mut PgConnection,
        enterprises: &HashSet<EnterpriseId>,
        nonconformities: &HashSet<NonconformityId>,
    ) -> Result<Self, Problem> {
        let mailbox = (account::id, account::name, account::email, account::language, account::mails_off);
        let mut people = Self::default();
        // First the addresses on record, then the accounts in their place.
        let on_record: Vec<(EnterpriseId, String, Option<String>)> = enterprise::table
            .filter(enterprise::id.eq_any(enterprises))
            .select((enterprise::id, enterprise::name, enterprise::contact_email))
            .load(conn)?;
        for (id, name, email) in on_record {
            if let Some(address) = email.filter(|e| is_email(e)) {
                let to = Recipient { address, name, language: Language::Zh };
                let key = format!("enterprise {id}");
                people.enterprises.insert(id, vec![Person { key, to, officer: false, reminders: true }]);
            }
        }
        let accounts: Vec<(Option<EnterpriseId>, Mailbox)> = account::table
            .filter(account::active)
            .filter(account::enterprise_id.eq_any(enterprises))
            .order((account::enterprise_id, account::created_at, account::id))
            .select((account::enterprise_id, mailbox))
            .load(conn)?;
        let mut with_accounts: HashMap<EnterpriseId, Vec<Person>> = HashMap::new();
        for (id, found) in accounts {
            if let (Some(id), Some(person)) = (id, person(found, false)) {
                with_accounts.entry(id).or_default().push(person);
            }
        }
        with_accounts.values_mut().for_each(|people| keep_one_reminded(people));
        people.enterprises.extend(with_accounts);
        let experts: Vec<(Option<NonconformityId>, Mailbox)> = consultation_participant::table
            .inner_join(consultation::table)
            .inner_join(account::table)
            .filter(consultation::nonconformity_id.eq_any(nonconformities))
            .filter(consultation_participant::role.eq("expert"))
            .filter(consultation_participant::removed_at.is_null())
            .filter(account::active)
            .order((consultation::nonconformity_id, account::id))
            .distinct()
            .select((consultation::nonconformity_id, mailbox))
            .load(conn)?;
        for (id, found) in experts {
            if let (Some(id), Some(person)) = (id, person(found, false)) {
                people.experts.entry(id).or_default().push(person);
            }
        }
        let officers: Vec<(Option<String>, Mailbox)> = account::table
            .filter(account::active)
            .filter(account::role.eq(Role::Admin))
            .order(account::id)
            .select((account::region, mailbox))
            .load(conn)?;
        for (region, found) in officers {
            if let (Some(region), Some(person)) = (region, person(found, true)) {
                people.officers.entry(region).or_default().push(person);
            }
        }
        Ok(people)
    }

    /// Those who have to do with a case: the enterprise, its experts, and the officers of the nearest level that
    /// has any, from the case's region upwards.
    pub fn of<'a>(
        &'a self,
        enterprise: EnterpriseId,
        nonconformity: NonconformityId,
        region: &str,
        catalogue: &'a Catalogue,
    ) -> Vec<&'a Person> {
        let own = self.enterprises.get(&enterprise).into_iter().flatten();
        let experts = self.experts.get(&nonconformity).into_iter().flatten();
        own.chain(experts).chain(self.level(region, catalogue, 0)).collect()
    }

    /// The people of an enterprise, or its address on record.
    pub fn of_enterprise(&self, enterprise: EnterpriseId) -> &[Person] {
        self.enterprises.get(&enterprise).map_or(&[], Vec::as_slice)
    }

    /// The officers of the level above those.
    pub fn above<'a>(
        &'a self,
        region: &str,
        catalogue: &'a Catalogue,
    ) -> impl Iterator<Item = &'a Person> + use<'a> {
        self.level(region, catalogue, 1)
    }

    fn level<'a>(
        &'a self,
        region: &str,
        catalogue: &'a Catalogue,
        nth: usize,
    ) -> impl Iterator<Item = &'a Person> + use<'a> {
        let mut levels = catalogue.regions.ancestors(region).filter_map(|r| self.officers.get(&r.code));
        levels.nth(nth).into_iter().flatten()
    }
}
