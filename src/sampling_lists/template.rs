//! The template of a sampling list: what its drop-downs and its sheet of explanations hold.

use crate::catalogue::Catalogue;
use crate::core::{Actor, Language, Problem};
use crate::list_files::template::Template;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::policy::permit;

/// The template for an actor: the drop-down of regions has those of the actor.
///
/// # Errors
/// 401 and 403 as [`permit`]; 500 when the workbook can't be made.
pub fn template(actor: &Actor, language: Language, catalogue: &Catalogue) -> Result<Vec<u8>, Problem> {
    permit(actor)?;
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let template = Template {
        sheet: say("抽样名单", "Sampling list"),
        options: options(actor, language, catalogue),
        open: &[
            Column::Laboratory,
            Column::PlaceRegion,
            Column::Level,
            Column::Purpose,
            Column::Role,
            Column::Channel,
        ],
        notes: [
            say(
                "每行填写一个批次；一个批次有多个不合格项目的，可写在一个单元格内，也可分列多行。列的顺序不限，选填的列可以删除。",
                "One row is one sample; several items of one sample may stand in one cell or on rows of their own. Columns in any order, and optional ones may be removed.",
            ),
            say(
                "标题为黄色的列必填；编号和代码的单元格为文本格式，请勿改为数字。没有内容的填“/”或留空。",
                "Columns with a yellow heading are required; numbers and codes are text cells, which should stay texts. Leave blank, or put `/`, for nothing.",
            ),
        ],
        wide: Column::FailedItems,
    };
    template.workbook(language).map_err(Problem::internal)
}

/// The values of the columns that have a fixed set of them.
fn options(actor: &Actor, language: Language, catalogue: &Catalogue) -> Vec<(Column, Vec<String>)> {
    let words = |zh: &[&str], en: &[&str]| -> Vec<String> {
        let all = if language == Language::Zh { zh } else { en };
        all.iter().map(|word| (*word).to_owned()).collect()
    };
    let regions = catalogue.regions.iter().filter(|region| {
        actor.officer_region().is_none_or(|scope| catalogue.regions.contains(scope, &region.code))
    });
    let products = &catalogue.products;
    vec![
        (Column::ProductKind, products.kinds().map(|kind| kind.name(language).to_owned()).collect()),
        (Column::PlaceRegion, regions.map(|r| format!("{} {}", r.code, r.name)).collect()),
        (
            Column::Role,
            words(&["生产", "销售", "服务使用", "网络"], &["producer", "seller", "service_user", "online"]),
        ),
        (Column::Conclusion, words(&["合格", "不合格"], &["conforming", "nonconforming"])),
        (Column::ItemVerdict, words(&["合格", "不合格"], &["conforming", "nonconforming"])),
        (
            Column::Level,
            words(&["国抽", "省抽", "市抽", "县抽"], &["national", "provincial", "municipal", "county"]),
        ),
        (
            Column::Purpose,
            words(
                &["计划抽查", "专项抽查", "跟踪抽查", "复查", "应急抽查", "风险监测"],
                &["routine", "special", "follow_up", "reinspection", "emergency", "risk_monitoring"],
            ),
        ),
        (
            Column::Channel,
            words(&["成品仓库", "货架", "网络", "其他"], &["warehouse", "shelf", "online", "other"]),
        ),
        (Column::Laboratory, products.hospitals().map(|h| h.name(language).to_owned()).collect()),
    ]
}
