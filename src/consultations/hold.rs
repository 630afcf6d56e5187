//! Opening an offered consultation, or typing in it, holds the timer.

use crate::chat::events::OfferMade;
use crate::consultations::changes::StepNote;
use crate::consultations::status::Status;
use crate::consultations::store::{holds_until, load, save};
use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::ids::ConsultationId;
use crate::db::schema::consultation;
use crate::db::{Command, Tx};
use crate::matching::settings::MatchingSettings;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Holds the offer of a consultation while its expert looks at it. Does nothing for anyone else, or
/// once the offer was answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HoldOffer {
    /// The consultation.
    pub id: ConsultationId,
}

/// A gain of less than this is not written down: typing sends many frames.
const LEAST_GAIN_SECONDS: i64 = 2;

/// When an offer ends that is looked at now: not before `hold` is over, not after `most`, and never
/// earlier than it would have.
pub fn held(end: DateTime<Utc>, now: DateTime<Utc>, hold: Duration, most: DateTime<Utc>) -> DateTime<Utc> {
    end.max((now + hold).min(most))
}

impl Command for HoldOffer {
    /// When the offer expires; none where there is no offer to the actor.
    type Output = Option<DateTime<Utc>>;
    const NAME: &'static str = "hold_offer";

    fn run(&self, tx: &mut Tx) -> Result<Self::Output, Problem> {
        let Some(Scope::Expert(me)) = tx.actor.scope().cloned() else { return Ok(None) };
        let offered = consultation::table
            .filter(consultation::id.eq(self.id))
            .filter(consultation::status.eq(Status::Offered))
            .filter(consultation::expert_id.eq(me))
            .count();
        if offered.get_result::<i64>(&mut *tx.conn)? == 0 {
            return Ok(None);
        }
        let mut c = load(tx, self.id)?;
        let (Some(account), Some(end)) = (tx.actor.account(), c.offer_expires_at) else { return Ok(None) };
        if c.status != Status::Offered || c.expert_id != Some(me) || end <= tx.now {
            return Ok(None);
        }
        let most = holds_until(tx, c.id)?;
        let settings = tx.settings.section::<MatchingSettings>();
        let hold = Duration::seconds(settings.offer_hold_seconds.into());
        let first_end = most.map(|most| most - Duration::seconds(settings.offer_hold_most_seconds.into()));
        let until = held(end, tx.now, hold, most.unwrap_or(end));
        if until - end < Duration::seconds(LEAST_GAIN_SECONDS) {
            return Ok(Some(end));
        }
        c.extend_offer(until);
        // The first hold is in the history for all.
        if first_end == Some(end) {
            c.note("hold", StepNote { expert: Some(me), note: None });
        }
        save(tx, &mut c)?;
        tx.emit(OfferMade { account, consultation: c.id, subject: c.subject.clone(), expires_at: until });
        Ok(Some(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_hold_never_shortens_and_is_bounded(end in 0i64..1000, now in 0i64..1000, hold in 1i64..500, more in 0i64..1000) {
            let at = |s| DateTime::UNIX_EPOCH + Duration::seconds(s);
            let most = at(end + more);
            let until = held(at(end), at(now), Duration::seconds(hold), most);
            prop_assert!(until >= at(end) && until <= most);
            prop_assert!(until >= at(now + hold) || until == most || until == at(end));
        }
    }
}
