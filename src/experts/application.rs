//! What an expert says in an application: how it is checked, and how it becomes an expert who waits for an officer's decision.

use crate::accounts::store::{NewAccount, create_account, set_phone};
use crate::catalogue::Catalogue;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Language, Problem};
use crate::db::Tx;
use crate::db::schema::{expert, expert_conflict, expert_region, expert_specialty};
use crate::enterprises::admissions;
use crate::experts::capacity::check_capacity;
use crate::experts::conflicts::sign;
use crate::experts::vocabulary::{Relation, Vetting};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most specialties, regions or conflicts that one expert may name.
const MOST: usize = 200;

/// Applies to become an expert. Name and password are chosen behind the one-time link that goes to the mail address; the account is
/// inactive until an officer approves.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyAsExpert {
    /// The expert's name.
    pub name: String,
    /// Professional title, such as 高级工程师.
    pub title: String,
    /// Code of the product hospital the expert belongs to.
    pub hospital: Option<String>,
    /// Where mails go; the one-time link, too.
    pub email: String,
    /// A telephone number.
    pub phone: Option<String>,
    /// Languages the expert consults in; Chinese where none is named.
    #[serde(default)]
    pub languages: Vec<Language>,
    /// The language of mails; Chinese where none is named.
    #[serde(default)]
    pub language: Language,
    /// How many consultations at once; 5 where none is named.
    #[serde(default = "default_capacity")]
    pub capacity: i32,
    /// Codes of the regions the expert serves; the whole province where none is named.
    #[serde(default)]
    pub regions: Vec<String>,
    /// What the expert can help with, at least one.
    pub specialties: Vec<Specialty>,
    /// Enterprises that the expert works for or owns.
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
    /// The name of the employer, where it is no product hospital. An enterprise of this name is a conflict.
    #[serde(default)]
    pub employer: Option<String>,
    /// The post held with the employer, such as 检测室主任.
    #[serde(default)]
    pub post: Option<String>,
    /// Qualifications: degrees, registrations, years of practice; at most 2,000 characters.
    #[serde(default)]
    pub qualifications: Option<String>,
    /// Numbers of failed reports that the expert signed.
    #[serde(default)]
    pub signed_reports: Vec<String>,
    /// The network from which it comes. It is no part of the body.
    #[serde(skip)]
    pub network: String,
}

fn default_capacity() -> i32 {
    5
}

/// One thing an expert can help with: a product kind, or all kinds of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Specialty {
    /// Code or name of a product kind.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// Code or name of a product class, instead of a kind.
    #[serde(default)]
    pub product_class: Option<String>,
    /// 1 knows it, 2 is experienced in it, 3 is an authority on it.
    #[serde(default = "default_level")]
    pub level: i32,
    /// Test items or standards.
    #[serde(default)]
    pub items: Vec<String>,
}

fn default_level() -> i32 {
    2
}

/// An enterprise that the expert may not consult.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// Its unified social credit code.
    pub uscc: String,
    /// The expert's relation to it.
    pub relation: Relation,
}

/// An application whose mailbox is proved.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Applied {
    /// Its id, later the expert's.
    pub id: ExpertId,
    /// The state of the vetting.
    pub vetting: Vetting,
}

/// Most bytes of an application that waits for its mailbox to be proved: anybody can make one.
const MOST_BYTES: usize = 32_768;

/// An application whose fields are good.
pub struct Checked {
    name: String,
    title: String,
    /// The mail address.
    pub email: String,
    hospital: Option<String>,
    employer: Option<String>,
    post: Option<String>,
    qualifications: Option<String>,
    phone: Option<String>,
    regions: BTreeSet<String>,
    conflicts: Vec<(String, Relation)>,
    specialties: Vec<KnownSpecialty>,
    signed: Vec<String>,
}

impl ApplyAsExpert {
    /// Checks all fields.
    ///
    /// # Errors
    /// 422 naming what is wrong.
    pub fn check(&self, tx: &mut Tx) -> Result<Checked, Problem> {
        let mut fields = Fields::new();
        let name = fields.text("/name", &self.name, 100);
        let title = fields.text("/title", &self.title, 100);
        let email = fields.email("/email", &self.email);
        let phone = fields.phone("/phone", self.phone.as_deref());
        check_capacity(&mut fields, self.capacity);
        let hospital = self.hospital.as_deref().map(str::trim).filter(|h| !h.is_empty()).map(|code| {
            let found = tx.catalogue.products.hospital(code).map(|h| h.code.clone());
            fields.require(found.is_some(), "/hospital", "未知的产品医院", "is not a known product hospital");
            found.unwrap_or_default()
        });
        let regions = check_regions(&mut fields, tx, &self.regions);
        let conflicts = check_conflicts(&mut fields, tx, &self.conflicts)?;
        let specialties = check_specialties(&mut fields, tx, &self.specialties);
        let employer = fields.optional_text("/employer", self.employer.as_deref(), 200);
        let post = fields.optional_text("/post", self.post.as_deref(), 100);
        let qualifications = fields.optional_text("/qualifications", self.qualifications.as_deref(), 2000);
        fields.require(self.signed_reports.len() <= MOST, "/signed_reports", "数量过多", "are too many");
        let signed: Vec<String> = self
            .signed_reports
            .iter()
            .enumerate()
            .map(|(at, number)| fields.text(&format!("/signed_reports/{at}"), number, 100))
            .collect();
        fields.require(
            serde_json::to_vec(self)?.len() <= MOST_BYTES,
            "/specialties",
            "申请内容过长，请精简专长等各项内容",
            "the application is too long in all; shorten what it says",
        );
        fields.done()?;
        Ok(Checked {
            name,
            title,
            email,
            hospital,
            employer,
            post,
            qualifications,
            phone,
            regions,
            conflicts,
            specialties,
            signed,
        })
    }

    /// Makes the expert, who waits for an officer's decision, with an account that is inactive until then.
    ///
    /// # Errors
    /// 409 `username_taken`.
    pub fn admit(
        &self,
        tx: &mut Tx,
        id: ExpertId,
        checked: &Checked,
        username: &str,
        password_hash: &str,
    ) -> Result<Applied, Problem> {
        self.insert(tx, id, checked)?;
        insert_regions(tx, id, &checked.regions)?;
        insert_conflicts(tx, id, &checked.conflicts)?;
        store_specialties(tx, id, &checked.specialties)?;
        sign(tx, id, &checked.signed)?;
        let account = create_account(
            tx,
            NewAccount {
                username,
                password_hash,
                scope: Scope::Expert(id),
                name: &checked.name,
                email: Some(&checked.email),
                language: self.language,
                active: false,
            },
        )?;
        set_phone(tx, account, checked.phone.as_deref())?;
        Ok(Applied { id, vetting: Vetting::Applied })
    }

    fn insert(&self, tx: &mut Tx, id: ExpertId, checked: &Checked) -> Result<(), Problem> {
        let languages: BTreeSet<_> = self.languages.iter().map(|l| l.tag()).collect();
        let languages =
            if languages.is_empty() { vec!["zh-CN"] } else { languages.into_iter().collect::<Vec<_>>() };
        diesel::insert_into(expert::table)
            .values((
                expert::id.eq(id),
                expert::name.eq(&checked.name),
                expert::title.eq(&checked.title),
                expert::hospital.eq(&checked.hospital),
                expert::employer.eq(&checked.employer),
                expert::post.eq(&checked.post),
                expert::qualifications.eq(&checked.qualifications),
                expert::email.eq(&checked.email),
                expert::phone.eq(&checked.phone),
                expert::languages.eq(&languages),
                expert::capacity.eq(self.capacity),
                expert::vetting.eq(Vetting::Applied),
                expert::applied_at.eq(tx.now),
                expert::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

fn insert_regions(tx: &mut Tx, id: ExpertId, regions: &BTreeSet<String>) -> Result<(), Problem> {
    let rows: Vec<_> = regions
        .iter()
        .map(|code| (expert_region::expert_id.eq(id), expert_region::region.eq(code)))
        .collect();
    diesel::insert_into(expert_region::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

fn insert_conflicts(tx: &mut Tx, id: ExpertId, conflicts: &[(String, Relation)]) -> Result<(), Problem> {
    let rows: Vec<_> = conflicts
        .iter()
        .map(|(uscc, relation)| {
            (
                expert_conflict::expert_id.eq(id),
                expert_conflict::uscc.eq(uscc),
                expert_conflict::relation.eq(*relation),
            )
        })
        .collect();
    diesel::insert_into(expert_conflict::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

fn check_regions(fields: &mut Fields, tx: &Tx, regions: &[String]) -> BTreeSet<String> {
    fields.require(regions.len() <= MOST, "/regions", "数量过多", "are too many");
    let mut known = BTreeSet::new();
    for (at, code) in regions.iter().enumerate() {
        match tx.catalogue.regions.get(code.trim()) {
            Some(region) => {
                known.insert(region.code.clone());
            }
            None => fields.fault(
                format!("/regions/{at}"),
                format!("未知的行政区划代码 {code}"),
                format!("{code} is not a known region code"),
            ),
        }
    }
    if regions.is_empty() {
        known.extend(tx.catalogue.regions.iter().filter(|r| r.parent.is_none()).map(|r| r.code.clone()));
    }
    known
}

fn check_conflicts(
    fields: &mut Fields,
    tx: &mut Tx,
    conflicts: &[Conflict],
) -> Result<Vec<(String, Relation)>, Problem> {
    fields.require(conflicts.len() <= MOST, "/conflicts", "数量过多", "are too many");
    let mut known: Vec<(String, Relation)> = Vec::new();
    for (at, conflict) in conflicts.iter().enumerate() {
        match admissions::typed(&mut tx.conn, &conflict.uscc)? {
            Ok(uscc) if known.iter().all(|(u, _)| u != uscc.as_str()) => {
                known.push((uscc.as_str().to_owned(), conflict.relation));
            }
            Ok(_) => {}
            Err(fault) => {
                let text = fault.text();
                fields.fault(format!("/conflicts/{at}/uscc"), text.zh, text.en);
            }
        }
    }
    Ok(known)
}

/// A specialty by the codes of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSpecialty {
    /// Code of the product kind.
    pub kind: Option<String>,
    /// Code of the product class, instead of a kind.
    pub class: Option<String>,
    /// 1 to 3.
    pub level: i32,
    /// Test items or standards.
    pub items: Vec<String>,
}

impl KnownSpecialty {
    /// Whether both are about the same kind, or the same class.
    pub fn same_subject(&self, other: &Self) -> bool {
        self.kind == other.kind && self.class == other.class
    }

    /// The name of the kind or class, in Chinese and in English.
    pub fn names(&self, catalogue: &Catalogue) -> (String, String) {
        let kind = self.kind.as_deref().and_then(|code| catalogue.products.kind(code));
        let class = self.class.as_deref().and_then(|code| catalogue.products.class(code));
        match (kind, class) {
            (Some(kind), _) => (kind.name_zh.clone(), kind.name_en.clone()),
            (None, Some(class)) => (class.name_zh.clone(), class.name_en.clone()),
            (None, None) => (String::new(), String::new()),
        }
    }
}

pub(super) fn check_specialties(fields: &mut Fields, tx: &Tx, given: &[Specialty]) -> Vec<KnownSpecialty> {
    fields.require(
        (1..=MOST).contains(&given.len()),
        "/specialties",
        "须有 1 到 200 项专长",
        "must name 1 to 200 specialties",
    );
    let mut known = Vec::new();
    for (at, specialty) in given.iter().enumerate() {
        let pointer = format!("/specialties/{at}");
        fields.require(
            (1..=3).contains(&specialty.level),
            &format!("{pointer}/level"),
            "须为 1、2 或 3",
            "must be 1, 2 or 3",
        );
        let items = specialty
            .items
            .iter()
            .enumerate()
            .map(|(n, item)| fields.text(&format!("{pointer}/items/{n}"), item, 200))
            .collect();
        let (mut kind, mut class) = (None, None);
        match (&specialty.product_kind, &specialty.product_class) {
            (Some(name), None) => match tx.catalogue.products.kind(name) {
                Some(found) => kind = Some(found.code.clone()),
                None => fields.fault(
                    format!("{pointer}/product_kind"),
                    "未知的产品种类",
                    "is not a known product kind",
                ),
            },
            (None, Some(name)) => match tx.catalogue.products.class(name) {
                Some(found) => class = Some(found.code.clone()),
                None => fields.fault(
                    format!("{pointer}/product_class"),
                    "未知的产品类别",
                    "is not a known product class",
                ),
            },
            _ => fields.fault(
                pointer,
                "须在 product_kind 与 product_class 中填写且仅填写一项",
                "must name either a product_kind or a product_class",
            ),
        }
        known.push(KnownSpecialty { kind, class, level: specialty.level, items });
    }
    known
}

pub(super) fn store_specialties(tx: &mut Tx, id: ExpertId, known: &[KnownSpecialty]) -> Result<(), Problem> {
    let rows: Vec<_> = known
        .iter()
        .zip(1i32..)
        .map(|(s, ordinal)| {
            (
                expert_specialty::expert_id.eq(id),
                expert_specialty::ordinal.eq(ordinal),
                expert_specialty::product_kind.eq(s.kind.as_deref()),
                expert_specialty::product_class.eq(s.class.as_deref()),
                expert_specialty::level.eq(s.level),
                expert_specialty::items.eq(&s.items),
            )
        })
        .collect();
    diesel::insert_into(expert_specialty::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}
