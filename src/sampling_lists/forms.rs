//! Reports that laboratories' systems hand over as JSON: each form is read by the rules of a list's row, and taken in as one.

use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::secret::sha256;
use crate::core::{Problem, Text};
use crate::db::schema::sampling_list as lists;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::inspections::ids::InspectionId;
use crate::list_files::imports::rejected::{Waiting, write};
use crate::list_files::imports::{ImportState, Outcome};
use crate::list_files::place::{Heading, Headings};
use crate::list_files::reader::line::Line;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::rejections::KeptReason;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::list::column::{Column, Header};
use crate::sampling_lists::list::items::Item;
use crate::sampling_lists::list::row::{CellFault, Defaults, Read, Rules, read_form};
use crate::sampling_lists::list::samples::Samples;
use crate::sampling_lists::merge::Merge;
use crate::sampling_lists::policy::importer_region;
use crate::sampling_lists::request::TABLES;
use crate::sampling_lists::settings::SamplingListSettings;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An item of a report.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmittedItem {
    /// Test item (检验项目), at most 200 characters.
    pub item: String,
    /// Required value (标准值).
    #[serde(default)]
    pub requirement: Option<String>,
    /// Measured value (实测值).
    #[serde(default)]
    pub measured: Option<String>,
    /// Whether it conforms.
    pub ok: bool,
}

/// Declares the fields of a form: those of the columns of a list, all of them texts.
macro_rules! form {
    ($($(#[$doc:meta])* $field:ident = $column:ident,)+) => {
        /// The form of a sample with its report. The fields are the columns of a sampling list, by their English names, and take what these take.
        #[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct SubmittedForm {
            $($(#[$doc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<String>,)+
            /// The items of the report, at most 200: those that failed at least.
            #[serde(default)]
            pub items: Vec<SubmittedItem>,
        }

        impl SubmittedForm {
            fn cells(&self) -> Vec<String> {
                let mut cells = vec![String::new(); Column::ALL.len()];
                $(if let (Some(cell), Some(text)) = (cells.get_mut(Column::$column as usize), &self.$field) {
                    cell.clone_from(text);
                })+
                cells
            }
        }
    };
}

form! {
    /// Number of the sampling form (抽样单编号): by it the form is known.
    form_no = FormNo,
    /// Number of the test report (检验报告编号).
    report_no = ReportNo,
    /// Product name (产品名称).
    product_name = ProductName,
    /// Code or name of the product kind.
    product_kind = ProductKind,
    /// Sampled operator (被抽样单位).
    inspected = Inspected,
    /// Its credit code.
    inspected_uscc = InspectedUscc,
    /// Its address.
    inspected_address = InspectedAddress,
    /// Region where the sample was taken, by code or name.
    place_region = PlaceRegion,
    /// producer, seller, service_user or online.
    role = Role,
    /// Nominal producer (标称生产企业).
    producer = Producer,
    /// Its credit code.
    producer_uscc = ProducerUscc,
    /// Its address.
    producer_address = ProducerAddress,
    /// Its region.
    producer_region = ProducerRegion,
    /// Commissioning party (委托方).
    client = Client,
    /// Contract manufacturer (受托方).
    contractor = Contractor,
    /// Trademark (商标).
    trademark = Trademark,
    /// Model (规格型号).
    model = Model,
    /// Standard of the product (执行标准).
    standard = Standard,
    /// Batch number (批号).
    batch = Batch,
    /// Date of production (生产日期).
    produced_on = ProducedOn,
    /// Date of sampling (抽样日期).
    sampled_on = SampledOn,
    /// Date of the report (报告日期).
    reported_on = ReportedOn,
    /// conforming or nonconforming.
    conclusion = Conclusion,
    /// national, provincial, municipal or county.
    level = Level,
    /// routine, special, follow_up, reinspection, emergency or risk_monitoring.
    purpose = Purpose,
    /// Origin of the task (任务来源).
    task_source = TaskSource,
    /// Testing laboratory (承检机构).
    laboratory = Laboratory,
    /// Signer of the report (报告签发人).
    signed_by = SignedBy,
    /// warehouse, shelf, online or other.
    channel = Channel,
    /// E-commerce platform (电商平台).
    platform = Platform,
    /// Name of the shop (店铺名称).
    shop = Shop,
    /// Web address (网址).
    url = Url,
    /// Order number (订单编号).
    order_no = OrderNo,
    /// Lot size from which the sample was taken (抽样基数).
    base_quantity = BaseQuantity,
    /// Quantity of the test sample (检样数量).
    test_quantity = TestQuantity,
    /// Quantity of the reserve sample (备样数量).
    reserve_quantity = ReserveQuantity,
    /// Unit of quantity (数量单位).
    unit = Unit,
    /// Unit price (单价), in yuan.
    price = Price,
    /// Remarks (备注).
    remarks = Remarks,
}

/// Forms that a system hands over.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmittedForms {
    /// The forms, at least one; how many at most is a setting, 500 by default.
    pub forms: Vec<SubmittedForm>,
}

/// Takes forms in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeForms {
    /// What was handed over.
    pub submitted: SubmittedForms,
}

/// What became of a form.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FormTaken {
    /// Its place among those handed over, from 0.
    pub form: usize,
    /// inserted, updated, unchanged or rejected.
    pub outcome: String,
    /// Its inspection.
    pub inspection: Option<InspectionId>,
    /// Why it was not taken.
    pub reasons: Vec<FormReason>,
}

/// One reason for which a form was not taken.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FormReason {
    /// The field; empty where it is the form as a whole.
    pub field: String,
    /// The stable word for the reason.
    pub code: RejectionCode,
    /// The reason in Chinese.
    pub reason_zh: String,
    /// The reason in English.
    pub reason_en: String,
}

/// What became of forms. `rows = inserted + updated + unchanged + rejected` of the list that keeps them.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FormsTaken {
    /// The list that keeps what was handed over.
    pub list: SamplingListId,
    /// What became of each, in their order.
    pub forms: Vec<FormTaken>,
}

impl Command for TakeForms {
    type Output = FormsTaken;
    const NAME: &'static str = "take_reports";

    fn run(&self, tx: &mut Tx) -> Result<FormsTaken, Problem> {
        let region = importer_region(&tx.actor)?;
        let forms = &self.submitted.forms;
        self.check(tx)?;
        let id = SamplingListId::new();
        self.keep(tx, id, &region)?;
        let header = header()?;
        let (catalogue, defaults) = (Arc::clone(&tx.catalogue), Defaults::default());
        let admitted = admissions::lock_in_force(&mut tx.conn)?;
        let rules = Rules {
            catalogue: &catalogue,
            scope: &region,
            today: tx.today(),
            defaults: &defaults,
            admitted: &admitted,
        };
        let mut samples = Samples::default();
        let mut faults: BTreeMap<i32, Vec<CellFault>> = BTreeMap::new();
        for (row_no, form) in (1i32..).zip(forms) {
            let line = line(row_no, form);
            match read_form(&header, &line, items(form), rules) {
                Ok(row) => samples.take(row_no, Read::Sample(Box::new(row))),
                Err(found) => {
                    samples.broken(row_no, ["", ""], true);
                    faults.insert(row_no, found);
                }
            }
        }
        let headings = Headings(vec![Heading { sheet: None, cells: header.cells.clone() }]);
        let (good, late) = samples.done(&headings);
        faults.extend(late.into_iter().map(|(row, fault)| (row, vec![fault])));
        let merge = Merge { list: id, region: &region, requested_by: tx.actor.account(), write: true };
        let merged = merge.take_in(tx, good)?;
        faults.extend(merged.rejected.iter().map(|(row, fault)| (*row, vec![fault.clone()])));
        let mut waiting = Waiting::new();
        for (row_no, form) in (1i32..).zip(forms) {
            if let Some(found) = faults.get(&row_no) {
                let reasons = KeptReason::of_row(found.clone(), &header, &line(row_no, form));
                waiting.extend(reasons.into_iter().map(|reason| (row_no, reason)));
            }
        }
        write(&mut tx.conn, TABLES, id.0, &mut waiting)?;
        let count = |n: u64| i32::try_from(n).map_err(Problem::internal);
        let (rows, rejected) = (i32::try_from(forms.len()), i32::try_from(faults.len()));
        let (rows, rejected) = (rows.map_err(Problem::internal)?, rejected.map_err(Problem::internal)?);
        diesel::update(lists::table.find(id))
            .set((
                lists::total.eq(rows),
                lists::processed.eq(rows),
                lists::rows.eq(rows),
                lists::inserted.eq(count(merged.inserted)?),
                lists::updated.eq(count(merged.updated)?),
                lists::unchanged.eq(count(merged.unchanged)?),
                lists::rejected.eq(rejected),
                lists::samples.eq(count(merged.samples)?),
                lists::header.eq(serde_json::to_value(&headings)?),
                lists::finished_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("sampling_list", id.0).in_region(&region);
        let counts = json!({
            "rows": rows, "inserted": merged.inserted, "updated": merged.updated,
            "unchanged": merged.unchanged, "rejected": rejected,
        });
        tx.audit(Self::NAME, subject, counts)?;
        let taken = (1i32..).zip(forms).enumerate().map(|(at, (row_no, _))| {
            let found = faults.get(&row_no);
            let known = merged.taken.get(&row_no);
            FormTaken {
                form: at,
                outcome: known.map_or("rejected", |(outcome, _)| outcome.as_str()).to_owned(),
                inspection: known.map(|(_, id)| *id),
                reasons: found.into_iter().flatten().map(reason).collect(),
            }
        });
        Ok(FormsTaken { list: id, forms: taken.collect() })
    }
}

impl TakeForms {
    /// What is wrong with the call as a whole, and with what is no text of a form.
    fn check(&self, tx: &Tx) -> Result<(), Problem> {
        let most = tx.settings.section::<SamplingListSettings>().max_forms;
        let forms = &self.submitted.forms;
        if forms.is_empty() {
            let text = Text::new("至少要有一份表单", "at least one form is needed");
            return Err(Problem::field("/forms", text));
        }
        if forms.len() > usize::try_from(most).unwrap_or(usize::MAX) {
            let text = Text::new(
                format!("一次最多 {most} 份，请分批提交"),
                format!("at most {most} forms in one call; hand them over in parts"),
            );
            return Err(Problem::field("/forms", text));
        }
        let mut fields = Fields::new();
        for (at, form) in forms.iter().enumerate() {
            if form.items.len() > crate::sampling_lists::list::items::MOST {
                fields.fault(format!("/forms/{at}/items"), "项目过多", "too many items");
            }
            for (place, item) in form.items.iter().enumerate().take(crate::sampling_lists::list::items::MOST)
            {
                let pointer = |field: &str| format!("/forms/{at}/items/{place}/{field}");
                fields.text(&pointer("item"), &item.item, 200);
                fields.optional_text(&pointer("requirement"), item.requirement.as_deref(), 200);
                fields.optional_text(&pointer("measured"), item.measured.as_deref(), 200);
            }
        }
        fields.done()
    }

    /// The list that keeps what was handed over.
    fn keep(&self, tx: &mut Tx, id: SamplingListId, region: &str) -> Result<(), Problem> {
        let said = serde_json::to_vec(&self.submitted)?;
        let name = match &tx.actor {
            Actor::Person(_) => tx.actor.key().map_or_else(|| "API".to_owned(), |key| key.name.clone()),
            _ => "API".to_owned(),
        };
        diesel::insert_into(lists::table)
            .values((
                lists::id.eq(id),
                lists::requested_by.eq(tx.actor.account()),
                lists::region.eq(region),
                lists::source.eq("system"),
                lists::file_name.eq(name),
                lists::sha256.eq(sha256(&said)),
                lists::dry_run.eq(false),
                lists::state.eq(ImportState::Done),
                lists::created_at.eq(tx.now),
                lists::started_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// The header of forms: the columns by their English names.
fn header() -> Result<Header, Problem> {
    let words: Vec<String> = Column::ALL.iter().map(|column| column.as_str().to_owned()).collect();
    Header::read(&words).map_err(Problem::from)
}

fn line(row_no: i32, form: &SubmittedForm) -> Line {
    let mut line = Line::from(form.cells());
    line.row = u32::try_from(row_no).unwrap_or(0);
    line
}

fn items(form: &SubmittedForm) -> Vec<Item> {
    let some =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    form.items
        .iter()
        .map(|item| Item {
            name: item.item.trim().to_owned(),
            requirement: some(&item.requirement),
            measured: some(&item.measured),
            ok: Some(item.ok),
        })
        .collect()
}

fn reason(fault: &CellFault) -> FormReason {
    FormReason {
        field: fault.column.map_or_else(String::new, |column| column.as_str().to_owned()),
        code: fault.code,
        reason_zh: fault.reason.zh.clone().into_owned(),
        reason_en: fault.reason.en.clone().into_owned(),
    }
}

/// What became of rows that were taken, as the merge gives it.
pub type Taken = BTreeMap<i32, (Outcome, InspectionId)>;
