//! The report as a table for people.

use crate::core::Language;
use crate::credit_figures::report::CreditReport;
use crate::exports::Cell;
use crate::reports::table::Table;

impl CreditReport {
    /// The lines and their total.
    pub fn table(&self, language: Language) -> Table {
        let mut table =
            Table::new("credit-figures", ("信用统计", "Credit figures"), &self.region_name).as_of(self.as_of);
        table.columns([
            ("代码", "Code"),
            ("统计项", "Line"),
            ("是否试行", "On trial"),
            ("已评级", "Scored"),
            ("有记分", "With points"),
            ("A 级", "Grade A"),
            ("B 级", "Grade B"),
            ("C 级", "Grade C"),
            ("D 级", "Grade D"),
            ("截至日期", "As of"),
        ]);
        let trial = match (self.trial, language) {
            (true, Language::Zh) => "是",
            (false, Language::Zh) => "否",
            (true, Language::En) => "yes",
            (false, Language::En) => "no",
        };
        for row in self.rows.iter().chain([&self.total]) {
            table.row([
                Cell::text(&row.key),
                Cell::text(&row.name),
                Cell::text(trial),
                Cell::Integer(row.scored),
                Cell::Integer(row.with_points),
                Cell::Integer(row.a),
                Cell::Integer(row.b),
                Cell::Integer(row.c),
                Cell::Integer(row.d),
                Cell::Date(self.as_of),
            ]);
        }
        table
    }
}
