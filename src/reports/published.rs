//! Figures that come from elsewhere: a regulator published them, an officer enters them with their source, and reports show
//! them beside what the platform counts itself. Never overwritten: what was entered last counts, and of a past day what had
//! been entered by its end.

use crate::catalogue::Catalogue;
use crate::core::actor::{Actor, Scope};
use crate::core::as_of;
use crate::core::clock::shanghai_day_end;
use crate::core::fields::Fields;
use crate::core::{Language, Problem, Text};
use crate::db::schema::published_figure;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::exports::Cell;
use crate::reports::scope;
use crate::reports::table::Table;
use crate::web::charts::percent;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text as SqlText, Timestamptz};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

crate::word_enum! {
    /// What a published figure counts.
    pub enum Figure {
        /// Enterprises with a credit score.
        CreditScored = "credit_scored",
        /// Of them under the measures of grade C.
        CreditGradeC = "credit_grade_c",
        /// Of them under the measures of grade D.
        CreditGradeD = "credit_grade_d",
        /// Supervision sampling: product classes.
        SamplingClasses = "sampling_classes",
        /// Supervision sampling: product kinds.
        SamplingKinds = "sampling_kinds",
        /// Supervision sampling: products.
        SamplingProducts = "sampling_products",
        /// Supervision sampling: producers and sellers.
        SamplingOperators = "sampling_operators",
        /// Supervision sampling: nonconforming products.
        SamplingNonconforming = "sampling_nonconforming",
        /// Label inspection: product classes.
        LabelClasses = "label_classes",
        /// Label inspection: products.
        LabelProducts = "label_products",
        /// Label inspection: products without maker, address or certificate ("three-noes").
        LabelThreeNoes = "label_three_noes",
        /// Label inspection: products whose label does not conform.
        LabelNonconforming = "label_nonconforming",
        /// Enterprises interviewed.
        Interviewed = "interviewed",
        /// Enterprises trained.
        Trained = "trained",
        /// Enterprises followed up by targeted sampling.
        FollowedUp = "followed_up",
        /// Enterprises helped on site.
        HelpedOnSite = "helped_on_site",
        /// Enterprises that signed a commitment and carried the correction out.
        Committed = "committed",
    }
}

impl Figure {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::CreditScored => ("有信用评分的企业", "Enterprises with a credit score"),
            Self::CreditGradeC => ("C 级管理企业", "Under grade C measures"),
            Self::CreditGradeD => ("D 级管理企业", "Under grade D measures"),
            Self::SamplingClasses => ("监督抽查产品类别", "Supervision sampling: classes"),
            Self::SamplingKinds => ("监督抽查产品种类", "Supervision sampling: kinds"),
            Self::SamplingProducts => ("监督抽查产品批次", "Supervision sampling: products"),
            Self::SamplingOperators => ("监督抽查生产销售者", "Supervision sampling: operators"),
            Self::SamplingNonconforming => ("监督抽查不合格产品", "Supervision sampling: nonconforming"),
            Self::LabelClasses => ("标识检查产品类别", "Label inspection: classes"),
            Self::LabelProducts => ("标识检查产品", "Label inspection: products"),
            Self::LabelThreeNoes => ("“三无”产品", "Label inspection: three-noes products"),
            Self::LabelNonconforming => ("标识不合格产品", "Label inspection: labels not conforming"),
            Self::Interviewed => ("约谈企业", "Enterprises interviewed"),
            Self::Trained => ("培训企业", "Enterprises trained"),
            Self::FollowedUp => ("跟踪抽查企业", "Enterprises followed up by sampling"),
            Self::HelpedOnSite => ("现场帮扶企业", "Enterprises helped on site"),
            Self::Committed => ("签署承诺并完成整改企业", "Enterprises that committed and corrected"),
        };
        Text::new(zh, en)
    }
}

/// The most that a figure may be.
const MOST: i64 = 1_000_000_000_000;

/// Enters published figures of a region and year. Done by an officer of the region or of one above it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishFigures {
    /// Code of the region; the officer's own where none is named.
    pub region: Option<String>,
    /// The year.
    pub year: i32,
    /// Where they were published.
    pub source: String,
    /// The figures by their words ([`Figure`]).
    pub figures: BTreeMap<String, i64>,
}

impl Command for PublishFigures {
    type Output = String;
    const NAME: &'static str = "publish_figures";

    fn run(&self, tx: &mut Tx) -> Result<String, Problem> {
        let Some(Scope::Admin(own)) = tx.actor.scope().cloned() else {
            return Err(match tx.actor {
                Actor::Anonymous => Problem::unauthenticated(),
                _ => Problem::forbidden(),
            });
        };
        let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
        let region = self.region.clone().unwrap_or_else(|| own.clone());
        let mut fields = Fields::new();
        if !tx.catalogue.regions.contains(&own, &region) {
            fields.fault("/region", "不是您辖区内的行政区划代码", "is not the code of a region of yours");
        }
        let this_year = crate::core::clock::shanghai_date(tx.now).year();
        if !(1949..=this_year).contains(&self.year) {
            fields.fault(
                "/year",
                format!("须为 1949 到 {this_year} 的年份"),
                format!("must be a year from 1949 to {this_year}"),
            );
        }
        let source = fields.text("/source", &self.source, 500);
        fields.require(!self.figures.is_empty(), "/figures", "至少填写一项", "must name one figure at least");
        let mut figures = Vec::new();
        for (word, value) in &self.figures {
            let pointer = format!("/figures/{}", word.replace('~', "~0").replace('/', "~1"));
            match word.parse::<Figure>() {
                Err(unknown) => fields.fault(
                    pointer,
                    format!("没有这项数据；可用：{}", unknown.wanted),
                    format!("is no figure; there are {}", unknown.wanted),
                ),
                Ok(_) if !(0..=MOST).contains(value) => fields.fault(
                    pointer,
                    format!("须为 0 到 {MOST} 的整数"),
                    format!("must be a whole number from 0 to {MOST}"),
                ),
                Ok(figure) => figures.push((figure, *value)),
            }
        }
        fields.done()?;
        use published_figure as p;
        let rows: Vec<_> = figures
            .iter()
            .map(|(figure, value)| {
                (
                    p::region.eq(&region),
                    p::year.eq(self.year),
                    p::figure.eq(*figure),
                    p::value.eq(*value),
                    p::source.eq(&source),
                    p::entered_by.eq(account),
                    p::entered_at.eq(tx.now),
                )
            })
            .collect();
        diesel::insert_into(p::table).values(rows).execute(&mut *tx.conn)?;
        let data = json!({ "year": self.year, "source": source, "figures": self.figures });
        tx.audit(Self::NAME, Subject { kind: "published_figure", id: None, region: Some(&region) }, data)?;
        Ok(region)
    }
}

/// A published figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Published {
    /// The figure.
    #[diesel(sql_type = SqlText)]
    pub figure: Figure,
    /// The year.
    #[diesel(sql_type = Integer)]
    pub year: i32,
    /// Its value.
    #[diesel(sql_type = BigInt)]
    pub value: i64,
    /// Where it was published.
    #[diesel(sql_type = SqlText)]
    pub source: String,
    /// When it was entered here.
    #[diesel(sql_type = Timestamptz)]
    pub entered_at: DateTime<Utc>,
}

/// What failed of what was looked at, in one year.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Share {
    /// The year.
    pub year: i32,
    /// What failed: `sampling_nonconforming`, or `label_failed`, which is the three-noes products and those whose label does
    /// not conform together.
    pub share: String,
    /// How many failed.
    pub failed: i64,
    /// How many were looked at.
    pub of: i64,
    /// In percent, to one decimal.
    pub percent: f64,
}

/// The published figures of a region itself, as they had been entered by the end of a day.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PublishedReport {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// The figures, the latest year first.
    pub rows: Vec<Published>,
    /// What follows from them.
    pub shares: Vec<Share>,
}

const ENTERED: &str = "
    SELECT DISTINCT ON (p.year, p.figure) p.figure, p.year, p.value, p.source, p.entered_at
    FROM published_figure p WHERE p.region = $1 AND p.entered_at < $2
    ORDER BY p.year DESC, p.figure, p.id DESC";

const LATEST: &str = "
    SELECT DISTINCT ON (p.figure) p.figure, p.year, p.value, p.source, p.entered_at
    FROM published_figure p
    WHERE p.region = coalesce(nullif($1, ''), (SELECT r.code FROM region r WHERE r.parent IS NULL ORDER BY r.code LIMIT 1))
    ORDER BY p.figure, p.year DESC, p.id DESC";

/// The latest of each figure of a region; of the whole platform's where none is named.
///
/// # Errors
/// When the database can't be asked.
pub fn latest(conn: &mut PgConnection, region: Option<&str>) -> Result<Vec<Published>, Problem> {
    Ok(diesel::sql_query(LATEST).bind::<SqlText, _>(region.unwrap_or_default()).load(conn)?)
}

/// Works the report out.
///
/// # Errors
/// 403 for who gets no reports, 422 for a region or day that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    region: Option<&str>,
    as_of: Option<NaiveDate>,
    now: DateTime<Utc>,
    language: Language,
) -> Result<PublishedReport, Problem> {
    let region = scope::region(actor, catalogue, region)?;
    let as_of = as_of::day(as_of, now)?;
    let mut rows: Vec<Published> = diesel::sql_query(ENTERED)
        .bind::<SqlText, _>(&region.code)
        .bind::<Timestamptz, _>(shanghai_day_end(as_of))
        .load(conn)?;
    rows.sort_by_key(|row| (std::cmp::Reverse(row.year), row.figure));
    let shares = shares(&rows);
    Ok(PublishedReport {
        region: region.code.clone(),
        region_name: region.name_in(language).to_owned(),
        as_of,
        rows,
        shares,
    })
}

fn shares(rows: &[Published]) -> Vec<Share> {
    let mut years: BTreeMap<i32, BTreeMap<Figure, i64>> = BTreeMap::new();
    for row in rows {
        years.entry(row.year).or_default().insert(row.figure, row.value);
    }
    let mut shares = Vec::new();
    for (year, figures) in years.into_iter().rev() {
        let sum = |of: &[Figure]| of.iter().map(|figure| figures.get(figure)).sum::<Option<i64>>();
        for (name, failed, of) in [
            ("sampling_nonconforming", &[Figure::SamplingNonconforming][..], Figure::SamplingProducts),
            (
                "label_failed",
                &[Figure::LabelThreeNoes, Figure::LabelNonconforming][..],
                Figure::LabelProducts,
            ),
        ] {
            if let (Some(failed), Some(of)) = (sum(failed), sum(&[of])) {
                let share = Share { year, share: name.to_owned(), failed, of, percent: percent(failed, of) };
                shares.push(share);
            }
        }
    }
    shares
}

impl PublishedReport {
    /// The report as a table for people.
    pub fn table(&self, language: Language) -> Table {
        let mut table =
            Table::new("published-figures", ("已公布的数据", "Published figures"), &self.region_name)
                .as_of(self.as_of);
        table.columns([
            ("代码", "Code"),
            ("地区", "Region"),
            ("年份", "Year"),
            ("项目", "Figure"),
            ("数值", "Value"),
            ("来源", "Source"),
            ("截至日期", "As of"),
        ]);
        for row in &self.rows {
            table.row([
                Cell::text(&self.region),
                Cell::text(&self.region_name),
                Cell::Integer(row.year.into()),
                Cell::text(row.figure.text().get(language)),
                Cell::Integer(row.value),
                Cell::text(&row.source),
                Cell::Date(self.as_of),
            ]);
        }
        table
    }
}
