//! The template of a penalty list: what its drop-downs and its sheet of explanations hold.

use crate::catalogue::Catalogue;
use crate::core::{Actor, Language, Problem};
use crate::list_files::template::Template;
use crate::penalty_lists::list::column::Column;
use crate::penalty_lists::policy::permit;

/// The template.
///
/// # Errors
/// 401 and 403 as [`permit`]; 500 when the workbook can't be made.
pub fn template(actor: &Actor, language: Language, catalogue: &Catalogue) -> Result<Vec<u8>, Problem> {
    permit(actor)?;
    let say = |zh: &'static str, en: &'static str| if language == Language::Zh { zh } else { en };
    let template = Template {
        sheet: say("处罚名单", "Penalty list"),
        options: options(language, catalogue),
        open: &[Column::PartyRegion, Column::PenaltyKind],
        notes: [
            say(
                "每行填写一份处罚决定书对一个当事人的一种违法行为。列的顺序不限，选填的列可以删除。",
                "One row is one act of one party in one decision. Columns in any order, and optional ones may be removed.",
            ),
            say(
                "标题为黄色的列必填；文号和代码的单元格为文本格式，请勿改为数字。没有内容的填“/”或留空。",
                "Columns with a yellow heading are required; numbers and codes are text cells, which should stay texts. Leave blank, or put `/`, for nothing.",
            ),
        ],
        wide: Column::Act,
    };
    template.workbook(language).map_err(Problem::internal)
}

/// The values of the columns that have a fixed set of them.
fn options(language: Language, catalogue: &Catalogue) -> Vec<(Column, Vec<String>)> {
    let words = |zh: &[&str], en: &[&str]| -> Vec<String> {
        let all = if language == Language::Zh { zh } else { en };
        all.iter().map(|word| (*word).to_owned()).collect()
    };
    vec![
        (
            Column::PartyRegion,
            catalogue
                .regions
                .iter()
                .map(|region| format!("{} {}", region.code, region.name_in(language)))
                .collect(),
        ),
        (
            Column::PenaltyKind,
            words(
                &["警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "责令停产停业", "吊销许可证件"],
                &["警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "责令停产停业", "吊销许可证件"],
            ),
        ),
        (Column::Intent, words(&["故意", "过失"], &["intentional", "negligent"])),
        (Column::Status, words(&["有效", "已撤销"], &["in_force", "annulled"])),
    ]
}
