//! What it costs to give an enterprise of a computed plan to somebody else by hand, or to nobody; and what speaks against it.
//!
//! All is taken from what the plan was computed on: the scores that are stored, the rules over the stored snapshot, the places less what
//! the plan gives the expert by now. So a cost shown beforehand is the cost that is paid, and what changed since keeps the plan from being
//! applied, as ever.

use crate::catalogue::Catalogue;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Problem, Text};
use crate::db::schema::matching_plan_line as lines;
use crate::matching::model::rules::Exclusion;
use crate::matching::model::weights::Model;
use crate::plans::figures::Figures;
use crate::plans::lines::NamedExpert;
use crate::plans::pairs::{Micros, units};
use crate::plans::scoring;
use crate::plans::snapshot::ExpertSide;
use crate::plans::store::{self, PlanRow};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Why an enterprise can't be given to an expert by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// A rule excludes the expert.
    Rule(Exclusion),
    /// The pair scores below the least score of the plan.
    BelowLeast,
    /// So many places the plan has to give, and all are taken.
    NoPlace(u32),
    /// The plan gives it so already.
    Same,
}

impl Obstacle {
    /// A stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.as_str(),
            Self::BelowLeast => "below_least_score",
            Self::NoPlace(_) => "no_place",
            Self::Same => "same",
        }
    }

    /// The reason in a sentence.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Rule(rule) => rule.text(),
            Self::BelowLeast => {
                Text::new("匹配分低于方案设定的最低分", "the pair scores below the least score of the plan")
            }
            Self::NoPlace(places) => Text::new(
                format!("方案中该专家的 {places} 个名额已全部分派"),
                format!("all {places} places of this expert are taken in the plan"),
            ),
            Self::Same => Text::new("与方案现有安排相同", "the plan has it so already"),
        }
    }
}

/// Somebody to whom an enterprise of a plan can be given by hand, or can't, and what that costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PairOption {
    /// The expert; none for nobody.
    pub expert: Option<NamedExpert>,
    /// The score of the pair, 0 to 1; none for nobody, and where a rule or the least score forbids the pair.
    pub score: Option<f64>,
    /// What the pair has more than that which the plan has now, and so by how much the sum of the whole plan changes; below 0 where it
    /// costs something. None without a score.
    pub difference: Option<f64>,
    /// The sum of the whole plan with it.
    pub total_score: Option<f64>,
    /// What that sum has more than the plan as it was computed, all changes by hand together.
    pub from_computed: Option<f64>,
    /// How many other enterprises the plan gives to the expert.
    pub taken: u32,
    /// How many enterprises the plan may give to the expert.
    pub places: u32,
    /// Why it can't be done, as a stable word: a rule of matching, `below_least_score`, `no_place`, `same`.
    pub refusal: Option<String>,
    /// The same in a sentence, in Chinese.
    pub refusal_zh: Option<String>,
    /// The same in a sentence, in English.
    pub refusal_en: Option<String>,
}

/// One enterprise of a computed plan with all that a change by hand depends on.
pub struct PairCosts {
    /// The enterprise's name.
    pub name: String,
    /// Whom the plan gives it now, with the score.
    pub now: Option<(ExpertId, Micros)>,
    /// Whom the enterprise had when the plan was computed.
    pub present: Option<ExpertId>,
    figures: Figures,
    experts: Vec<ExpertSide>,
    /// Of each expert by number: places, and how many are taken by other enterprises.
    places: Vec<(u32, u32)>,
    /// The experts who know something of its products, by number: the score, or what speaks against it.
    judged: Vec<(usize, Result<Micros, Obstacle>)>,
}

impl PairCosts {
    /// Reads what concerns one enterprise of a computed plan.
    ///
    /// # Errors
    /// 404 where the enterprise is not one of the plan's; when the database can't be asked.
    pub fn read(
        conn: &mut PgConnection,
        plan: &PlanRow,
        enterprise: EnterpriseId,
        model: &Model,
        catalogue: &Catalogue,
    ) -> Result<Self, Problem> {
        type Stored = (Option<ExpertId>, Option<Micros>, Option<ExpertId>);
        let (expert, score, present): Stored = lines::table
            .find((plan.id, enterprise))
            .select((lines::expert_id, lines::score, lines::present_expert))
            .first(conn)?;
        let figures = store::figures(conn, plan.id)?;
        let snapshot = store::snapshot(conn, plan.id)?;
        let scope = plan.scope();
        let number = snapshot.enterprises.iter().position(|side| side.id == enterprise);
        let Some((number, side)) = number.and_then(|n| Some((n, snapshot.enterprises.get(n)?))) else {
            return Err(Problem::internal("a line of a plan without its enterprise"));
        };
        let stored: HashMap<u32, Micros> = store::read_row(conn, plan.id, number)?.into_iter().collect();
        let mut judged = Vec::new();
        for (expert, found) in scoring::judged(side, &snapshot, &scope, model, catalogue) {
            let found = match (stored.get(&expert), found) {
                (Some(score), _) => Ok(*score),
                (None, Err(rule)) => Err(Obstacle::Rule(rule)),
                (None, Ok(_)) => Err(Obstacle::BelowLeast),
            };
            judged.push((expert as usize, found));
        }
        let taken = taken(conn, plan, enterprise)?;
        let places = |side: &ExpertSide| {
            let taken = taken.get(&side.id).copied().unwrap_or(0);
            (side.places(scope.rounds, scope.capacity_basis), taken)
        };
        Ok(Self {
            name: side.name.clone(),
            now: expert.zip(score),
            present,
            figures,
            places: snapshot.experts.iter().map(places).collect(),
            experts: snapshot.experts,
            judged,
        })
    }

    /// The score that the enterprise gets with this expert, or with nobody: none.
    ///
    /// # Errors
    /// What speaks against it.
    pub fn score_of(&self, expert: Option<ExpertId>) -> Result<Option<Micros>, Obstacle> {
        if expert == self.now.map(|(now, _)| now) {
            return Err(Obstacle::Same);
        }
        let Some(expert) = expert else { return Ok(None) };
        let Some(number) = self.experts.iter().position(|side| side.id == expert) else {
            return Err(Obstacle::Rule(Exclusion::NotApproved));
        };
        let known = self.judged.iter().find(|(known, _)| *known == number);
        let score = known.map_or(Err(Obstacle::Rule(Exclusion::NoSpecialty)), |(_, found)| *found)?;
        self.has_place(number).map(|()| Some(score))
    }

    fn has_place(&self, number: usize) -> Result<(), Obstacle> {
        match self.places.get(number) {
            Some(&(places, taken)) if taken >= places => Err(Obstacle::NoPlace(places)),
            _ => Ok(()),
        }
    }

    /// The name of an expert of the plan.
    #[must_use]
    pub fn name_of(&self, expert: ExpertId) -> Option<&str> {
        self.experts.iter().find(|side| side.id == expert).map(|side| side.name.as_str())
    }

    /// Nobody, then all experts who know something of the enterprise's products: the best first of those who can be chosen, then those who
    /// can't.
    #[must_use]
    pub fn options(&self) -> Vec<PairOption> {
        let nobody = self.option(None, Some(0), (0, 0), self.score_of(None).err());
        let now = self.now.map(|(now, _)| now);
        let mut experts: Vec<_> = self
            .judged
            .iter()
            .filter_map(|&(number, found)| {
                let (side, places) = (self.experts.get(number)?, *self.places.get(number)?);
                let refusal = if now == Some(side.id) {
                    Some(Obstacle::Same)
                } else {
                    found.and_then(|_| self.has_place(number)).err()
                };
                Some((found.ok(), self.option(Some(side), found.ok(), places, refusal)))
            })
            .collect();
        experts.sort_by_key(|(score, option)| (option.refusal.is_some(), std::cmp::Reverse(*score)));
        std::iter::once(nobody).chain(experts.into_iter().map(|(_, option)| option)).collect()
    }

    /// What comes of giving the enterprise to somebody, or to nobody. Nobody counts as 0; where the pair has no score, nothing is counted.
    fn option(
        &self,
        side: Option<&ExpertSide>,
        score: Option<Micros>,
        (places, taken): (u32, u32),
        refusal: Option<Obstacle>,
    ) -> PairOption {
        let now = self.now.map_or(0, |(_, score)| i64::from(score));
        let difference = score.map(|score| i64::from(score) - now);
        let total = difference.map(|difference| self.figures.total_micros + difference);
        let text = refusal.map(Obstacle::text);
        PairOption {
            expert: side.map(|side| NamedExpert { id: side.id, name: side.name.clone() }),
            score: side.and(score).map(|score| units(score.into())),
            difference: difference.map(units),
            total_score: total.map(units),
            from_computed: total.map(|total| units(total - self.figures.computed_micros())),
            taken,
            places,
            refusal: refusal.map(|refusal| refusal.word().to_owned()),
            refusal_zh: text.as_ref().map(|text| text.zh.clone().into_owned()),
            refusal_en: text.map(|text| text.en.into_owned()),
        }
    }
}

/// How many enterprises besides this one the plan gives to each expert.
fn taken(
    conn: &mut PgConnection,
    plan: &PlanRow,
    enterprise: EnterpriseId,
) -> Result<HashMap<ExpertId, u32>, Problem> {
    let rows: Vec<(ExpertId, i64)> = lines::table
        .filter(lines::plan_id.eq(plan.id))
        .filter(lines::enterprise_id.ne(enterprise))
        .filter(lines::expert_id.is_not_null())
        .group_by(lines::expert_id)
        .select((lines::expert_id.assume_not_null(), diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(expert, count)| (expert, u32::try_from(count).unwrap_or(u32::MAX))).collect())
}
