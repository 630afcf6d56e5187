//! Why a file is refused as a whole.

use crate::core::{Code, Problem, Text};
use crate::zero_out::import::column::Column;

/// A refusal of the whole file: nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing in it.
    Empty,
    /// A header and nothing under it.
    NoRows,
    /// The old binary format of Excel 97.
    Xls,
    /// Protected by a password.
    Encrypted,
    /// Holds macros.
    Macros,
    /// Greater than allowed, as it is or unpacked, in bytes.
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// So strongly packed that no honest workbook is.
    Bomb,
    /// Neither a CSV nor a workbook; says what it seems to be.
    NotATable(Text),
    /// A workbook or CSV that is cut off or contradicts itself.
    Damaged,
    /// Neither UTF-8 nor UTF-16 nor GB18030.
    BadEncoding {
        /// The line of the first byte that does not fit, from 1, where one can be named.
        line: Option<usize>,
    },
    /// More rows than allowed.
    TooManyRows {
        /// The limit.
        limit: u64,
    },
    /// Required columns are not there.
    MissingColumns(Vec<Column>),
    /// A duplicate column.
    DuplicateColumn(Column),
}

impl Refusal {
    /// A file that is something else.
    #[must_use]
    pub fn not_a_table(zh: &'static str, en: &'static str) -> Self {
        Self::NotATable(Text::new(zh, en))
    }

    /// The code of the problem.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Empty => Code::ImportEmpty,
            Self::NoRows => Code::ImportNoRows,
            Self::Xls => Code::ImportXls,
            Self::Encrypted => Code::ImportEncrypted,
            Self::Macros => Code::ImportMacros,
            Self::TooLarge { .. } | Self::Bomb => Code::ImportTooLarge,
            Self::NotATable(_) => Code::ImportNotATable,
            Self::Damaged => Code::ImportDamaged,
            Self::BadEncoding { .. } => Code::ImportBadEncoding,
            Self::TooManyRows { .. } => Code::ImportTooManyRows,
            Self::MissingColumns(_) => Code::ImportMissingColumns,
            Self::DuplicateColumn(_) => Code::ImportDoubledColumn,
        }
    }

    /// What is wrong and what to do, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => Text::new("文件是空的", "the file is empty"),
            Self::NoRows => {
                Text::new("文件只有表头，没有数据行", "the file has a header but no rows under it")
            }
            Self::Xls => Text::new(
                "不支持旧版 Excel 97-2003 工作簿（.xls），请另存为 .xlsx 或 CSV",
                "this is an Excel 97-2003 workbook (.xls); save it as .xlsx or CSV",
            ),
            Self::Encrypted => Text::new(
                "工作簿设有密码，请去除密码后再上传",
                "the workbook is protected by a password; remove it and upload again",
            ),
            Self::Macros => Text::new(
                "不接受含宏的工作簿，请另存为不含宏的 .xlsx",
                "workbooks with macros are not taken; save it as .xlsx without macros",
            ),
            Self::TooLarge { limit } => {
                let mib = limit / (1024 * 1024);
                Text::new(
                    format!("文件过大（解压后也须不超过 {mib} MiB），请拆分后分别导入"),
                    format!("the file is too large: at most {mib} MiB, unpacked too; split it"),
                )
            }
            Self::Bomb => Text::new(
                "工作簿的压缩率异常，已拒绝解压",
                "the workbook is packed more tightly than any real one; it was not unpacked",
            ),
            Self::NotATable(what) => Text::new(
                format!("文件不是 CSV 或 .xlsx 表格：{}", what.zh),
                format!("the file is neither CSV nor .xlsx: {}", what.en),
            ),
            Self::Damaged => Text::new(
                "工作簿已损坏或不完整，请用 Excel 打开后重新保存",
                "the workbook is damaged or cut off; open it in Excel and save it again",
            ),
            Self::BadEncoding { line } => match line {
                Some(line) => Text::new(
                    format!("文件编码有误（第 {line} 行），请保存为 UTF-8 或 GB18030"),
                    format!("the encoding breaks in line {line}; save the file as UTF-8 or GB18030"),
                ),
                None => Text::new(
                    "无法识别文件编码，请保存为 UTF-8 或 GB18030",
                    "the encoding is not known; save the file as UTF-8 or GB18030",
                ),
            },
            Self::TooManyRows { limit } => Text::new(
                format!("数据行超过 {limit} 行，请拆分后分别导入"),
                format!("more than {limit} rows; split the file"),
            ),
            Self::MissingColumns(columns) => {
                let zh: Vec<_> = columns.iter().map(|c| format!("{}({})", c.name_zh(), c.as_str())).collect();
                let en: Vec<_> =
                    columns.iter().map(|c| format!("{} ({})", c.as_str(), c.name_zh())).collect();
                Text::new(
                    format!("缺少必需的列：{}", zh.join("、")),
                    format!("required columns are missing: {}", en.join(", ")),
                )
            }
            Self::DuplicateColumn(column) => Text::new(
                format!("列重复：{}({})", column.name_zh(), column.as_str()),
                format!("duplicate column: {} ({})", column.as_str(), column.name_zh()),
            ),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = if matches!(refusal, Refusal::TooLarge { .. }) { 413 } else { 422 };
        Problem::with_status(status, refusal.code(), refusal.text())
    }
}

/// What stops an import: the file's fault, or ours.
#[derive(Debug)]
pub enum ImportError {
    /// The file is refused.
    Refused(Refusal),
    /// Something failed; the same file may do later.
    Failed(Problem),
}

impl From<Refusal> for ImportError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for ImportError {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}
