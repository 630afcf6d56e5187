//! An inspection is registered: its first event.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::db::published::{programme, programme_target};
use crate::db::schema::{inspection, inspection_event, inspection_link, inspection_subject};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::inspections::challenge::retest_laboratory;
use crate::inspections::course::Course;
use crate::inspections::event::NewStep;
use crate::inspections::fact::Fact;
use crate::inspections::ids::InspectionId;
use crate::inspections::law::law_on;
use crate::inspections::policy::{may_take, sees};
use crate::inspections::record::RecordInspectionStep;
use crate::inspections::references::check_references;
use crate::inspections::registration::{FirstRows, Follows, Registration, is_formal_sample, number_taken};
use crate::inspections::rows::{EventRow, InspectionRow, LinkRow, SubjectRow};
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::store::{Author, basics, fill, load};
use crate::inspections::words::{LinkKind, Method, Source};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Registers an inspection. The same form again gives the inspection that was made of it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct RegisterInspection(pub Registration);

/// The inspection of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its id.
    pub id: InspectionId,
    /// Whether it was made now; else the same form had been registered before.
    pub fresh: bool,
}

impl Command for RegisterInspection {
    type Output = Registered;
    const NAME: &'static str = "register_inspection";

    fn run(&self, tx: &mut Tx) -> Result<Registered, Problem> {
        let asked = &self.0;
        let mut fields = Fields::new();
        let (organiser, source) = self.organiser(tx, &mut fields)?;
        let on = asked.drawn_on.unwrap_or_else(|| tx.today());
        fields.require(on <= tx.today(), "/drawn_on", "不能晚于今天", "must not be in the future");
        fields.day("/drawn_on", asked.drawn_on);
        let (now, catalogue) = (tx.now, Arc::clone(&tx.catalogue));
        let first = asked.rows(&mut tx.conn, &mut fields, &organiser, source, now)?;
        check_references(&mut tx.conn, &mut fields, &first, &catalogue)?;
        if let Some(follows) = asked.follows {
            check_follows(tx, &mut fields, follows, &first.row)?;
        }
        fields.done()?;
        if let Some(known) = find(tx, &first)? {
            return Ok(Registered { id: known, fresh: false });
        }
        let Some(id) = insert(tx, &first, on)? else {
            // The same form was sent twice at once: the other one has been registered meanwhile.
            let known = find(tx, &first)?.ok_or_else(number_taken)?;
            return Ok(Registered { id: known, fresh: false });
        };
        if let Some(Follows { inspection, kind }) = asked.follows {
            let link = LinkRow {
                inspection_id: id,
                follows_id: inspection,
                kind,
                linked_at: tx.now,
                ended_at: None,
            };
            diesel::insert_into(inspection_link::table).values(&link).execute(&mut *tx.conn)?;
        }
        let subject = Subject::new("inspection", id.0).in_region(&first.row.organiser_region);
        let row = &first.row;
        let data = json!({
            "number": row.number, "method": row.method, "purpose": row.purpose, "programme": row.programme_id,
            "operator": first.subject.operator_name, "product": first.subject.product_name,
        });
        tx.audit(Self::NAME, subject, data)?;
        if let Some(Follows { inspection, kind: LinkKind::Formal }) = asked.follows {
            settle_quick_test(tx, inspection, &first.row, on)?;
        }
        Ok(Registered { id, fresh: true })
    }
}

impl RegisterInspection {
    /// The region that organises it, and how it comes in. Officers register for their region and those under it; a body what it is assigned
    /// by a target of the programme.
    fn organiser(&self, tx: &mut Tx, fields: &mut Fields) -> Result<(String, Source), Problem> {
        let asked = &self.0;
        let of_programme: Option<String> = match asked.programme {
            Some(id) => programme::table
                .find(id.0)
                .select(programme::organiser_region)
                .first(&mut *tx.conn)
                .optional()?,
            None => None,
        };
        let given = asked.organiser_region.clone().or(of_programme.clone());
        match (tx.actor.clone(), tx.actor.scope().cloned()) {
            (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
            (_, Some(Scope::Admin(own))) => {
                let region = given.unwrap_or_else(|| own.clone());
                // Of a programme of a higher level the officers of the place enter what is done there.
                let charged = of_programme.as_ref() == Some(&region)
                    && tx.catalogue.regions.contains(&own, &asked.place_region);
                fields.require(
                    charged || tx.catalogue.regions.contains(&own, &region),
                    "/organiser_region",
                    "须为本人辖区或其下级地区",
                    "must be your region or one below it",
                );
                Ok((region, Source::Officer))
            }
            (_, Some(Scope::Laboratory(body))) => {
                let own = asked.laboratory == Some(body) && self.assigned(tx, body)?;
                fields.require(own, "/laboratory", "须为本机构承担的任务", "must be a task of your body");
                Ok((given.unwrap_or_default(), Source::Laboratory))
            }
            (_, Some(Scope::Sampler(body))) => {
                let own = asked.sampler == Some(body) && self.assigned(tx, body)?;
                fields.require(own, "/sampler", "须为本机构承担的任务", "must be a task of your body");
                Ok((given.unwrap_or_default(), Source::Laboratory))
            }
            (Actor::System, _) => Ok((given.unwrap_or_default(), Source::Draw)),
            _ => Err(Problem::forbidden()),
        }
    }

    /// Whether the target that is named assigns the body.
    fn assigned(&self, tx: &mut Tx, body: crate::core::ids::LaboratoryId) -> Result<bool, Problem> {
        use programme_target as t;
        let Some(target) = self.0.target else { return Ok(false) };
        let bodies = t::table
            .find(target.0)
            .select((t::laboratory_id, t::sampler_id))
            .first::<(Option<uuid::Uuid>, Option<uuid::Uuid>)>(&mut *tx.conn)
            .optional()?;
        Ok(bodies.is_some_and(|(tests, takes)| tests == Some(body.0) || takes == Some(body.0)))
    }
}

fn check_follows(
    tx: &mut Tx,
    fields: &mut Fields,
    follows: Follows,
    new: &InspectionRow,
) -> Result<(), Problem> {
    let row: Option<InspectionRow> = inspection::table
        .find(follows.inspection)
        .select(InspectionRow::as_select())
        .first(&mut *tx.conn)
        .optional()?;
    let retest = retest_laboratory(&mut tx.conn, follows.inspection)?;
    let known = row.filter(|row| sees(&tx.actor, row, retest, &tx.catalogue));
    let formal = follows.kind == LinkKind::Formal;
    match known {
        None => fields.fault("/follows/inspection", "未知的检查", "is no known inspection"),
        Some(row) => fields.require(
            !formal || (row.method == Method::Quick && new.method == Method::Sampling),
            "/follows/kind",
            "正式抽样须为快速检测之后的监督抽样",
            "a formal sample is a sampling that follows a quick test",
        ),
    }
    Ok(())
}

/// A suspect quick test whose formal sample is registered waits no longer: the step that names the sample is taken with the registration, where who
/// registers it may take that step.
fn settle_quick_test(
    tx: &mut Tx,
    quick: InspectionId,
    formal: &InspectionRow,
    on: NaiveDate,
) -> Result<(), Problem> {
    let loaded = load(tx, quick)?;
    let step = InspectionStep::LinkFormal;
    let waits = loaded.row.state == InspectionState::Suspect && is_formal_sample(&loaded.row, formal);
    if !waits || !may_take(&tx.actor, &loaded.row, None, step, &tx.catalogue) {
        return Ok(());
    }
    let on = loaded.course.last_on.map_or(on, |tested| on.max(tested));
    let event = NewStep { occurred_on: Some(on), inspection: Some(formal.id), ..NewStep::new(step) };
    RecordInspectionStep { inspection: quick, event }.run(tx)?;
    Ok(())
}

/// The inspection that was registered under the number before, if it is the same form.
fn find(tx: &mut Tx, first: &FirstRows) -> Result<Option<InspectionId>, Problem> {
    let found: Option<(InspectionRow, SubjectRow)> = inspection::table
        .inner_join(inspection_subject::table.on(inspection_subject::inspection_id.eq(inspection::id)))
        .filter(inspection::organiser_region.eq(&first.row.organiser_region))
        .filter(inspection::number.eq(&first.row.number))
        .filter(inspection::state.ne(InspectionState::Withdrawn))
        .select((InspectionRow::as_select(), SubjectRow::as_select()))
        .first(&mut *tx.conn)
        .optional()?;
    let Some((row, subject)) = found else { return Ok(None) };
    if same(&row, &first.row) && same_subject(&subject, &first.subject) {
        Ok(Some(row.id))
    } else {
        Err(number_taken())
    }
}

fn same(a: &InspectionRow, b: &InspectionRow) -> bool {
    (a.method, a.purpose, a.level, a.role) == (b.method, b.purpose, b.level, b.role)
        && (a.programme_id, a.target_id) == (b.programme_id, b.target_id)
        && (a.operator_id, a.producer_id) == (b.operator_id, b.producer_id)
        && (&a.place_region, &a.product_kind) == (&b.place_region, &b.product_kind)
}

fn same_subject(a: &SubjectRow, b: &SubjectRow) -> bool {
    (&a.operator_name, &a.producer_name, &a.product_name)
        == (&b.operator_name, &b.producer_name, &b.product_name)
        && (&a.trademark, &a.model, &a.standard) == (&b.trademark, &b.model, &b.standard)
}

/// Writes the rows; none where its number was taken meanwhile.
fn insert(tx: &mut Tx, first: &FirstRows, on: NaiveDate) -> Result<Option<InspectionId>, Problem> {
    let (settings, catalogue) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue));
    let rules = settings.section::<InspectionSettings>();
    let basics = basics(&first.row, &first.subject);
    let law = law_on(on, &basics, rules, &catalogue)?;
    let fact = Fact { ordinal: 1, particulars: first.draw.clone(), ..Fact::new(InspectionStep::Draw, on) };
    let (course, _) = Course::replay(basics, &[fact], law).map_err(Problem::internal)?;
    let (mut row, mut subject) = (first.row.clone(), first.subject.clone());
    fill(&mut row, &mut subject, &course)?;
    let inserted = diesel::insert_into(inspection::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    if inserted == 0 {
        return Ok(None);
    }
    diesel::insert_into(inspection_subject::table).values(&subject).execute(&mut *tx.conn)?;
    let author = Author::of(&tx.actor, tx.now);
    let event = EventRow {
        inspection_id: first.row.id,
        ordinal: 1,
        step: InspectionStep::Draw.as_str().to_owned(),
        from_state: None,
        to_state: InspectionState::Drawn.as_str().to_owned(),
        occurred_on: on,
        occurred_at: None,
        recorded_at: author.at,
        late: false,
        actor_id: author.account,
        actor_role: author.role.to_owned(),
        actor_region: author.region.map(str::to_owned),
        actor_body: author.body,
        document: None,
        note: None,
        details: serde_json::to_value(&first.draw)?,
        corrects: None,
    };
    diesel::insert_into(inspection_event::table).values(&event).execute(&mut *tx.conn)?;
    Ok(Some(first.row.id))
}
