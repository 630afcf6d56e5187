//! The template of the zero-out list: what its drop-downs and its sheet of explanations hold.

use crate::catalogue::Catalogue;
use crate::core::{Actor, Language, Problem};
use crate::enterprises::{InspectionLevel, OperatingStatus};
use crate::list_files::template::Template;
use crate::zero_out::import::column::Column;
use crate::zero_out::policy::permit;

/// The template for an actor: the drop-down of regions has those of the actor.
///
/// # Errors
/// 401 and 403 as [`permit`]; 500 when the workbook can't be made.
pub fn template(actor: &Actor, language: Language, catalogue: &Catalogue) -> Result<Vec<u8>, Problem> {
    permit(actor)?;
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let template = Template {
        sheet: say("清零名单", "Zero-out list"),
        options: options(actor, language, catalogue),
        open: &[Column::Laboratory],
        notes: [
            say(
                "每行填写一条不合格记录；列的顺序不限，选填的列可以删除。",
                "One row is one nonconformity; columns may stand in any order, and optional ones may be removed.",
            ),
            say(
                "标题为黄色的列必填；编号、代码和电话的单元格为文本格式，请勿改为数字。",
                "Columns with a yellow heading are required; identifiers and telephone numbers are text cells, which should stay texts.",
            ),
        ],
        wide: Column::FailedItems,
    };
    template.workbook(language).map_err(Problem::internal)
}

/// The values of the columns that have a fixed set of them.
fn options(actor: &Actor, language: Language, catalogue: &Catalogue) -> Vec<(Column, Vec<String>)> {
    let zh = language == Language::Zh;
    let status = |s: &OperatingStatus| if zh { s.name_zh() } else { s.as_str() };
    let level = |l: &InspectionLevel| if zh { l.name_zh() } else { l.as_str() };
    let regions = catalogue.regions.iter().filter(|region| {
        actor.officer_region().is_none_or(|scope| catalogue.regions.contains(scope, &region.code))
    });
    let products = &catalogue.products;
    vec![
        (Column::OperatingStatus, OperatingStatus::ALL.iter().map(|s| status(s).to_owned()).collect()),
        (Column::RegionCode, regions.map(|r| format!("{} {}", r.code, r.name)).collect()),
        (Column::ProductKind, products.kinds().map(|kind| kind.name(language).to_owned()).collect()),
        (Column::InspectionLevel, InspectionLevel::ALL.iter().map(|l| level(l).to_owned()).collect()),
        (Column::Laboratory, products.hospitals().map(|h| h.name(language).to_owned()).collect()),
    ]
}
