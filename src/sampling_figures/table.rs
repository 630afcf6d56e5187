//! The report as a table for people.

use crate::core::{Language, Text};
use crate::exports::Cell;
use crate::reports::table::Table;
use crate::sampling_figures::cross::SamplingCross;
use crate::sampling_figures::lines::SamplingBy;
use crate::sampling_figures::report::SamplingReport;

impl SamplingReport {
    /// The lines and their total.
    pub fn table(&self, language: Language) -> Table {
        if let Some(cross) = &self.cross {
            return self.cross_table(cross, language);
        }
        let mut table =
            Table::new("sampling-figures", ("监督抽查统计", "Sampling figures"), &self.region_name)
                .as_of(self.as_of);
        table.columns([
            ("代码", "Code"),
            ("统计项", "Line"),
            ("年份", "Year"),
            ("检查方式", "Method"),
            ("抽取或登记", "Drawn or registered"),
            ("已抽样", "Sampled"),
            ("拒检", "Refused"),
            ("未抽到", "Not found"),
            ("不得抽样", "Barred"),
            ("作废", "Void"),
            ("移送", "Handed over"),
            ("有检验结果", "Tested"),
            ("不合格", "Nonconforming"),
            ("不合格发现率（%）", "Nonconforming rate (%)"),
            ("结果已确定", "Final"),
            ("经营者", "Operators"),
            ("截至日期", "As of"),
        ]);
        for row in self.rows.iter().chain([&self.total]) {
            table.row([
                Cell::text(&row.key),
                Cell::text(&row.name),
                Cell::Integer(self.year.into()),
                Cell::text(self.method.text().get(language)),
                Cell::Integer(row.drawn),
                Cell::Integer(row.sampled),
                Cell::Integer(row.refused),
                Cell::Integer(row.not_found),
                Cell::Integer(row.barred),
                Cell::Integer(row.void),
                Cell::Integer(row.handed_over),
                Cell::Integer(row.tested),
                Cell::Integer(row.nonconforming),
                Cell::number(row.percent, 2),
                Cell::Integer(row.final_results),
                row.operators.map_or(Cell::Empty, Cell::Integer),
                Cell::Date(self.as_of),
            ]);
        }
        table
    }

    /// The cells of rows × columns in which anything is, one below the other.
    fn cross_table(&self, cross: &SamplingCross, language: Language) -> Table {
        let mut table = Table::new(
            "sampling-figures",
            ("监督抽查交叉统计", "Sampling figures by two dimensions"),
            &self.region_name,
        )
        .as_of(self.as_of);
        table.columns([
            ("行代码", "Row code"),
            ("行", "Row"),
            ("列代码", "Column code"),
            ("列", "Column"),
            ("年份", "Year"),
            ("检查方式", "Method"),
            ("抽取或登记", "Drawn or registered"),
            ("有检验结果", "Tested"),
            ("不合格", "Nonconforming"),
            ("不合格发现率（%）", "Nonconforming rate (%)"),
            ("截至日期", "As of"),
        ]);
        let all = self.by == SamplingBy::Method || cross.columns_by == SamplingBy::Method;
        let method = if all { Text::new("全部", "all") } else { self.method.text() };
        for row in &cross.rows {
            for (column, cell) in cross.columns.iter().zip(&row.cells).filter(|(_, cell)| cell.drawn != 0) {
                table.row([
                    Cell::text(&row.key),
                    Cell::text(&row.name),
                    Cell::text(&column.key),
                    Cell::text(&column.name),
                    Cell::Integer(self.year.into()),
                    Cell::text(method.get(language)),
                    Cell::Integer(cell.drawn),
                    Cell::Integer(cell.tested),
                    Cell::Integer(cell.nonconforming),
                    Cell::number(cell.percent, 2),
                    Cell::Date(self.as_of),
                ]);
            }
        }
        table
    }
}
