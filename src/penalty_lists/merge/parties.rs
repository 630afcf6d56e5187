//! Which enterprises of the register penalties are against: by the credit code alone. Where that does not say it, one may be proposed by its name,
//! and an officer decides.

use crate::catalogue::Regions;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::search::folded_name;
use crate::penalty_lists::list::row::Penalty;
use crate::penalty_lists::state::QuestionReason;
use crate::sampling_lists::proposal_state::{Likeness, NamedAs};
use crate::sampling_lists::proposals::find::{Sought, find};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid};
use std::collections::{BTreeSet, HashMap};

/// Whom a penalty is against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Party {
    /// The enterprise of the credit code.
    Known(EnterpriseId),
    /// An officer decides.
    Asked {
        /// Why an officer is asked.
        reason: QuestionReason,
        /// The enterprise that is proposed, and by what it was found: none where it is the one of the credit code.
        proposed: Option<(EnterpriseId, Option<Likeness>)>,
    },
}

#[derive(QueryableByName)]
struct Registered {
    #[diesel(sql_type = Uuid)]
    id: EnterpriseId,
    #[diesel(sql_type = Text)]
    uscc: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The enterprises of the register that have one of these credit codes or one of these folded names.
const REGISTERED: &str = "
    SELECT e.id, e.uscc, split_part(e.search_text, E'\\n', 1) AS name
    FROM published.enterprise e
    WHERE e.withdrawn_at IS NULL AND e.uscc = ANY ($1)
    UNION
    SELECT e.id, e.uscc, split_part(e.search_text, E'\\n', 1) AS name
    FROM published.enterprise e
    WHERE e.withdrawn_at IS NULL AND split_part(e.search_text, E'\\n', 1) = ANY ($2)";

/// Whom each penalty is against, in the order of the penalties.
pub(super) fn parties<'a>(
    conn: &mut PgConnection,
    regions: &Regions,
    penalties: impl Iterator<Item = &'a Penalty> + Clone,
    scope: &str,
) -> Result<Vec<Party>, Problem> {
    let mut codes_of: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for penalty in penalties.clone() {
        let codes = codes_of.entry(folded_name(&penalty.party)).or_default();
        codes.extend(penalty.uscc.as_ref().map(crate::enterprises::Uscc::as_str));
    }
    let codes: Vec<&str> = codes_of.values().flatten().copied().collect();
    let names: Vec<&str> = codes_of.keys().map(String::as_str).collect();
    let registered: Vec<Registered> = diesel::sql_query(REGISTERED)
        .bind::<Array<Text>, _>(codes)
        .bind::<Array<Text>, _>(names)
        .load(conn)?;
    let by_code: HashMap<&str, &Registered> = registered.iter().map(|row| (row.uscc.as_str(), row)).collect();
    let mut named: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for row in &registered {
        named.entry(row.name.as_str()).or_default().insert(row.uscc.as_str());
    }
    let (mut parties, mut sought, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (at, penalty) in penalties.enumerate() {
        let name = folded_name(&penalty.party);
        let code = penalty.uscc.as_ref().map(crate::enterprises::Uscc::as_str);
        let own = code.and_then(|code| by_code.get(code));
        let two_in_list = codes_of.get(&name).is_some_and(|codes| codes.len() > 1);
        // The register has the name under another code, and not under this one.
        let two_in_register = code.is_some_and(|code| {
            own.is_none_or(|own| own.name != name)
                && named.get(name.as_str()).is_some_and(|codes| !codes.contains(code))
        });
        let asked = |reason| Party::Asked { reason, proposed: own.map(|own| (own.id, None)) };
        let party = match (code, own) {
            _ if two_in_list || two_in_register => asked(QuestionReason::TwoCodes),
            (Some(_), Some(own)) => Party::Known(own.id),
            (Some(_), None) => asked(QuestionReason::NotInRegister),
            (None, _) => asked(QuestionReason::NoCode),
        };
        if matches!(party, Party::Asked { proposed: None, .. }) {
            places.push(at);
            let region = penalty.party_region.clone().or_else(|| penalty.authority_region.clone());
            sought.push(Sought { name: penalty.party.clone(), region, party: NamedAs::Operator });
        }
        parties.push(party);
    }
    for (at, (enterprise, likeness)) in find(conn, regions, &sought, scope)? {
        let party = places.get(at).and_then(|place| parties.get_mut(*place));
        if let Some(Party::Asked { proposed, .. }) = party {
            *proposed = Some((enterprise, Some(likeness)));
        }
    }
    Ok(parties)
}
