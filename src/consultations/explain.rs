//! Why this expert: a sentence for everyone, and for admins every candidate with its parts, or the rule
//! that excludes it, and every offer made.

use crate::consultations::needs::need_on;
use crate::consultations::policy::{self, Action};
use crate::consultations::queries::row;
use crate::consultations::quota::has_all_places;
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::status::{Closing, Status};
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Problem, Text};
use crate::db::published::expert;
use crate::db::schema::consultation_offer;
use crate::matching::model::parts::{Fit, Nearness};
use crate::matching::model::rules::Exclusion;
use crate::matching::roster::memory::Moment;
use crate::matching::score::Score;
use crate::matching::settings::MatchingSettings;
use crate::matching::tier::Tier;
use crate::matching::{self};
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// The reason why the consultation has its expert.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MatchView {
    /// The reason in a sentence, in the caller's language, for everyone on the consultation.
    pub reason: String,
    /// The reason in Chinese.
    pub reason_zh: String,
    /// The same in English.
    pub reason_en: String,
    /// Who could be chosen now, in the order in which they would be, and who is excluded by which rule; for
    /// admins. The first 500 of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<CandidateView>>,
    /// Every offer made; for admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offers: Option<Vec<OfferView>>,
}

/// A candidate as matching sees it now.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CandidateView {
    /// The expert.
    pub expert: ExpertId,
    /// The name.
    pub name: String,
    /// How near the expert is in specialty and place: a nearer one is asked first, whatever the scores.
    pub tier: Tier,
    /// Reasons for the expert, by part.
    pub score: Score,
    /// The rule that excludes the expert, if one does.
    pub excluded_by: Option<Exclusion>,
    /// The rule in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded_zh: Option<String>,
    /// The rule in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded_en: Option<String>,
}

impl CandidateView {
    /// Whether an admin's order may give the consultation to the expert all the same.
    pub fn may_be_ordered(&self) -> bool {
        self.excluded_by.is_none_or(|rule| !rule.is_hard())
    }

    /// The score for people, of 100.
    pub fn of_100(&self) -> String {
        format!("{:.0}/100", self.score.total * 100.0)
    }
}

/// An offer that was made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfferView {
    /// The expert.
    pub expert: ExpertId,
    /// The name.
    pub name: String,
    /// The score of the expert at that moment; none for offers from before scores had parts.
    pub score: Option<Score>,
    /// When it was made.
    pub offered_at: DateTime<Utc>,
    /// When the offer expired or expires.
    pub expires_at: DateTime<Utc>,
    /// `accepted`, `declined`, `expired`, `withdrawn` or nothing yet.
    pub answer: Option<String>,
    /// Why it was declined or withdrawn.
    pub reason: Option<String>,
}

/// Explains the match of a consultation. `reason` is Chinese; the interface that knows the caller's language
/// chooses.
///
/// # Errors
/// 404 where the actor may not know of the consultation.
pub fn explain(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    moment: Moment<'_>,
    settings: &Settings,
) -> Result<MatchView, Problem> {
    let row = row(conn, actor, id)?;
    let offers = offers(conn, id)?;
    let accepted = offers.iter().rev().find(|o| o.answer.as_deref() == Some("accepted"));
    // Of one that ended while nobody had it, earlier experts say nothing.
    let accepted = accepted.filter(|_| row.closed.is_none() || row.expert_id.is_some());
    let most = settings.section::<ConsultationSettings>().places_per_enterprise;
    let reason = if row.status == Status::Waiting && has_all_places(conn, row.enterprise_id, most)? {
        Text::new(
            format!("本企业正由专家处理的问诊已达上限（{most} 件），待其中一件办结后再派。"),
            format!(
                "As many consultations of the enterprise are with experts as may be ({most}); it is offered once one of them ends."
            ),
        )
    } else {
        match (row.closed, accepted) {
            (Some(Closing::Merged), None) => Text::new(
                "问诊在专家接诊前已合并到本企业的另一件问诊。",
                "It was merged into another consultation of the enterprise before an expert had taken it.",
            ),
            _ => sentence(row.status, row.answer_expected_at.is_some(), accepted),
        }
    };
    let all = policy::permit(actor, Action::Explain, &row).is_ok();
    let candidates = if all {
        let need = need_on(conn, id, shanghai_date(moment.now))?;
        let judged = matching::explain(conn, &need, moment, settings.section::<MatchingSettings>())?;
        let view = |j: matching::AssessedCandidate| CandidateView {
            expert: j.candidate.facts.id,
            name: j.candidate.name,
            tier: j.tier,
            score: j.score,
            excluded_by: j.excluded_by,
            excluded_zh: j.excluded_by.map(|rule| rule.text().zh.into_owned()),
            excluded_en: j.excluded_by.map(|rule| rule.text().en.into_owned()),
        };
        Some(judged.into_iter().map(view).collect())
    } else {
        None
    };
    Ok(MatchView {
        reason: reason.zh.to_string(),
        reason_zh: reason.zh.into_owned(),
        reason_en: reason.en.into_owned(),
        candidates,
        offers: all.then_some(offers),
    })
}

/// Named experts as an officer may give the consultation to them, with the rules that speak against each.
///
/// # Errors
/// 404 where the actor may not know of the consultation, 403 where it assigns nobody.
pub fn assess_named(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    experts: &[ExpertId],
    moment: Moment<'_>,
    settings: &Settings,
) -> Result<Vec<matching::NamedExpert>, Problem> {
    let row = row(conn, actor, id)?;
    policy::permit(actor, Action::Assign, &row)?;
    let need = need_on(conn, id, shanghai_date(moment.now))?;
    matching::assess(conn, &need, moment, settings.section::<MatchingSettings>(), experts)
}

fn offers(conn: &mut PgConnection, id: ConsultationId) -> Result<Vec<OfferView>, Problem> {
    use consultation_offer as o;
    type OfferRow =
        (ExpertId, String, serde_json::Value, DateTime<Utc>, DateTime<Utc>, Option<String>, Option<String>);
    let made: Vec<OfferRow> = o::table
        .inner_join(expert::table.on(expert::id.eq(o::expert_id)))
        .filter(o::consultation_id.eq(id))
        .order(o::ordinal)
        .select((o::expert_id, expert::name, o::score, o::offered_at, o::expires_at, o::answer, o::reason))
        .load(conn)?;
    let view = |(expert, name, score, offered_at, expires_at, answer, reason): OfferRow| {
        let score = serde_json::from_value(score).ok();
        OfferView { expert, name, score, offered_at, expires_at, answer, reason }
    };
    Ok(made.into_iter().map(view).collect())
}

fn sentence(status: Status, off_duty: bool, accepted: Option<&OfferView>) -> Text {
    match (status, accepted) {
        (Status::Concluded, None) => {
            Text::new("企业在专家接诊前已撤回问诊。", "The enterprise took it back.")
        }
        (Status::Active | Status::Concluded, Some(offer)) => {
            let Text { zh, en } = why(offer.score.as_ref());
            Text::new(format!("由{}专家承接，{zh}。", offer.name), format!("Taken by {}, {en}.", offer.name))
        }
        (Status::Active, None) => Text::new("已由专家承接。", "An expert has taken it."),
        (Status::Waiting, _) if off_duty => Text::new(
            "当前没有值班专家，有专家上班后即派单。",
            "No expert is on duty now; it is offered as soon as one is.",
        ),
        (Status::Waiting, _) => Text::new(
            "暂无符合条件的专家，已进入监管人员的待派队列，一有合适专家即派单。",
            "No suitable expert is available yet; officers have it in their queue, and it is offered as soon as one is.",
        ),
        (Status::Offered, _) => Text::new(
            "已派给最合适的专家，等待其接诊。",
            "Offered to the expert who fits best; the answer is awaited.",
        ),
    }
}

/// Reasons for an expert, without figures: they compare with others.
fn why(score: Option<&Score>) -> Text {
    let Some(score) = score else { return Text::new("由平台匹配", "who was matched by the platform") };
    let (fit_zh, fit_en) = match score.fit {
        Some(Fit::Kind) => ("其专长正是该产品种类", "whose specialty is this very product kind"),
        Some(Fit::Class) => ("其专长涵盖该产品所属类别", "whose specialty covers this product's class"),
        Some(Fit::Related) => ("其专长为相近产品", "whose specialty is a related product"),
        None => ("由监管人员指派", "who was assigned by the regulator"),
    };
    let (near_zh, near_en) = match score.nearness {
        Nearness::District => ("，服务本区县", ", who serves your district"),
        Nearness::City => ("，服务本市", ", who serves your city"),
        Nearness::Province | Nearness::Elsewhere => ("", ""),
    };
    let (known_zh, known_en) = if score.parts.continuity > 0.0 {
        ("，且曾为贵企业问诊", " and has advised you before")
    } else {
        ("", "")
    };
    Text::new(format!("{fit_zh}{near_zh}{known_zh}"), format!("{fit_en}{near_en}{known_en}"))
}
