//! Why a file is refused as a whole.

use crate::core::{Code, Problem, Text};
use crate::list_files::ListColumn;

/// The names of a column: Chinese, and English for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnName {
    /// The Chinese heading.
    pub zh: &'static str,
    /// The English name.
    pub en: &'static str,
}

impl ColumnName {
    /// Those of a column.
    pub fn of(column: impl ListColumn) -> Self {
        Self { zh: column.name_zh(), en: column.word() }
    }
}

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
    /// An archive of more parts than any workbook has.
    TooManyParts {
        /// The limit.
        limit: usize,
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
    MissingColumns(Vec<ColumnName>),
    /// A duplicate column.
    DuplicateColumn(ColumnName),
    /// A quote of a CSV that is not closed, or not where it should be.
    UnclosedQuote {
        /// The line of the text, from 1.
        line: usize,
    },
    /// A cell in quotes that holds what looks like rows of the list.
    RowsInQuotes {
        /// The line of the text where it begins, from 1.
        line: usize,
        /// The line where it ends.
        end: usize,
    },
    /// A sheet that can't be read to its end.
    DamagedSheet {
        /// Its name.
        sheet: String,
        /// The last row that could be read.
        row: u32,
    },
    /// What a damaged part of the workbook would say is needed.
    DamagedPart {
        /// The name of its file.
        part: String,
    },
    /// A heading that is an error, or a formula without its result.
    HeadingUnreadable {
        /// The column, as a spreadsheet names it.
        column: String,
        /// What the cell shows.
        heading: String,
    },
    /// A visible sheet that has records can't be read as a list.
    RecordsNotRead {
        /// Its name.
        sheet: String,
        /// The row of the first record.
        row: u32,
        /// Why it is no list.
        why: Box<Refusal>,
    },
    /// The only list is on a sheet that is hidden.
    HiddenList {
        /// Its name.
        sheet: String,
    },
    /// Data of persons where none may be: says in which column or row.
    PersonalData(Text),
    /// What the list is for does not take it, such as a campaign that is closed: the room's own code and words.
    NotTaken(Code, Text),
    /// Other headings in the middle of a list.
    OtherHeader,
    /// A record above the headings.
    RecordAboveHeader,
    /// A refusal for what stands in one row.
    At {
        /// The name of the sheet, in a workbook.
        sheet: Option<String>,
        /// The row.
        row: u32,
        /// What is wrong there.
        refusal: Box<Refusal>,
    },
}

impl Refusal {
    /// A file that is something else.
    #[must_use]
    pub fn not_a_table(zh: &'static str, en: &'static str) -> Self {
        Self::NotATable(Text::new(zh, en))
    }

    /// The refusal with the row that it is about.
    #[must_use]
    pub fn at(self, sheet: Option<&str>, row: u32) -> Self {
        Self::At { sheet: sheet.map(str::to_owned), row, refusal: Box::new(self) }
    }

    /// Why a sheet is no list that has no headings of one.
    #[must_use]
    pub fn no_headings() -> Text {
        Text::new("没有名单的表头", "it has no headings of a list")
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
            Self::TooLarge { .. } | Self::TooManyParts { .. } | Self::Bomb => Code::ImportTooLarge,
            Self::NotATable(_) => Code::ImportNotATable,
            Self::Damaged => Code::ImportDamaged,
            Self::BadEncoding { .. } => Code::ImportBadEncoding,
            Self::TooManyRows { .. } => Code::ImportTooManyRows,
            Self::MissingColumns(_) => Code::ImportMissingColumns,
            Self::DuplicateColumn(_) => Code::ImportDoubledColumn,
            Self::UnclosedQuote { .. } | Self::RowsInQuotes { .. } => Code::ImportUnclosedQuote,
            Self::HeadingUnreadable { .. } => Code::ImportHeadingUnreadable,
            Self::RecordsNotRead { why, .. } => why.code(),
            Self::DamagedSheet { .. } | Self::DamagedPart { .. } => Code::ImportDamaged,
            Self::HiddenList { .. } => Code::ImportHiddenList,
            Self::PersonalData(_) => Code::ImportPersonalData,
            Self::NotTaken(code, _) => *code,
            Self::OtherHeader => Code::ImportOtherHeader,
            Self::RecordAboveHeader => Code::ImportRecordAboveHeader,
            Self::At { refusal, .. } => refusal.code(),
        }
    }

    /// What is wrong and what to do, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => Text::new("文件为空", "the file is empty"),
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
            Self::TooManyParts { limit } => Text::new(
                format!("压缩包内的文件超过 {limit} 个，不是正常的工作簿，请用 Excel 打开后重新保存"),
                format!(
                    "the archive has more than {limit} files, as no workbook has; open it in Excel and save it again"
                ),
            ),
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
                let zh: Vec<_> = columns.iter().map(|c| format!("{}({})", c.zh, c.en)).collect();
                let en: Vec<_> = columns.iter().map(|c| format!("{} ({})", c.en, c.zh)).collect();
                Text::new(
                    format!("缺少必需的列：{}", zh.join("、")),
                    format!("required columns are missing: {}", en.join(", ")),
                )
            }
            Self::DuplicateColumn(column) => Text::new(
                format!("列重复：{}({})", column.zh, column.en),
                format!("duplicate column: {} ({})", column.en, column.zh),
            ),
            Self::UnclosedQuote { line } => Text::new(
                format!("第 {line} 行的引号没有配对，其后的行无法分辨，请补上或删去该引号"),
                format!("a quote in line {line} is not closed where it should be; close or remove it"),
            ),
            Self::RowsInQuotes { line, end } => Text::new(
                format!(
                    "第 {line} 行的引号到第 {end} 行才结束，其间的内容疑似名单的数据行：如引号多余或漏写，请删去或补上；\
                     如确为一个单元格的内容，请删去其中的换行，或改用 XLSX 上传"
                ),
                format!(
                    "the quote in line {line} is closed in line {end} only, and what is between looks like rows of the list: \
                     if the quote is too many or one is missing, correct it; if it is one cell, take out its line breaks or upload an XLSX"
                ),
            ),
            Self::DamagedSheet { sheet, row } => Text::new(
                format!("工作表“{sheet}”在第 {row} 行之后已损坏或不完整，请用 Excel 打开后重新保存"),
                format!(
                    "the sheet `{sheet}` is damaged or cut off after row {row}; open it in Excel and save it again"
                ),
            ),
            Self::DamagedPart { part } => Text::new(
                format!("工作簿的 {part} 部分已损坏，而表头用到了它，请用 Excel 打开并修复后重新保存"),
                format!(
                    "the part {part} of the workbook is damaged, and the headings need it; open and repair it in Excel and save it again"
                ),
            ),
            Self::HeadingUnreadable { column, heading } => Text::new(
                format!(
                    "{column} 列的表头“{heading}”是错误值或没有计算结果的公式，无法得知该列的内容，请改为列名；不需要该列的，请删去表头"
                ),
                format!(
                    "the heading `{heading}` of column {column} is an error, or a formula whose result is not in the file, so what the column holds is not known; put in its name, or remove the heading of a column that is not needed"
                ),
            ),
            Self::RecordsNotRead { sheet, row, why } => {
                let why = why.text();
                Text::new(
                    format!(
                        "工作表“{sheet}”第 {row} 行疑似名单数据，但该表不能导入，因此整个文件均未导入（{}）。请更正该表；如不是名单，请删除或隐藏该表",
                        why.zh
                    ),
                    format!(
                        "row {row} of the sheet `{sheet}` looks like a record, but the sheet cannot be imported, so nothing of the file was ({}). Correct the sheet; if it is no list, remove or hide it",
                        why.en
                    ),
                )
            }
            Self::HiddenList { sheet } => Text::new(
                format!("名单只在隐藏的工作表“{sheet}”中，请取消隐藏后重新上传"),
                format!("the only list is on the hidden sheet `{sheet}`; unhide it and upload again"),
            ),
            Self::NotTaken(_, text) => text.clone(),
            Self::PersonalData(what) => Text::new(
                format!("文件含有个人信息，未导入，文件已删除：{}", what.zh),
                format!(
                    "the file has personal data; nothing was imported, and the file was deleted: {}",
                    what.en
                ),
            ),
            Self::OtherHeader => Text::new(
                "名单中间出现了另一种表头，请将两份名单放在不同的工作表或文件中",
                "other headings stand in the middle of the list; put the two lists into sheets or files of their own",
            ),
            Self::RecordAboveHeader => Text::new(
                "表头上方有数据行（如排序时未排除表头），请将表头移到数据上方",
                "a record stands above the headings, as after sorting a list with them; move the headings to the top",
            ),
            Self::At { sheet, row, refusal } => {
                let text = refusal.text();
                match sheet {
                    Some(sheet) => Text::new(
                        format!("工作表“{sheet}”第 {row} 行：{}", text.zh),
                        format!("sheet `{sheet}`, row {row}: {}", text.en),
                    ),
                    None => Text::new(format!("第 {row} 行：{}", text.zh), format!("row {row}: {}", text.en)),
                }
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = if matches!(refusal, Refusal::TooLarge { .. } | Refusal::TooManyParts { .. }) {
            413
        } else {
            422
        };
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
