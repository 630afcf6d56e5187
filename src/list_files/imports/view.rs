//! How the record of an import becomes what is shown of it, as far as it is the same whatever its list is about.

/// Says how a row of a table of imports is shown: `import_view! { View of Row: |record| { … } }` with what is the room's own. The view and the row have
/// the fields of all imports by the same names; of the row they are as they are stored. What other rows know is none, or 0, to begin with.
#[macro_export]
macro_rules! import_view {
    ($view:ident of $row:ident: |$record:ident| { $($field:ident: $value:expr),* $(,)? }) => {
        impl $view {
            /// How many rows officers have to mend.
            #[must_use]
            pub fn to_mend(&self) -> i32 {
                self.rejected - self.not_records
            }

            /// How many rows were taken.
            #[must_use]
            pub fn taken(&self) -> i32 {
                self.inserted + self.updated + self.unchanged
            }
        }

        impl $row {
            fn view(self) -> Result<$view, $crate::core::Problem> {
                let $record = self;
                Ok($view {
                    id: $record.id,
                    state: $record.state,
                    file_name: $record.file_name,
                    dry_run: $record.dry_run,
                    rows: $record.rows,
                    inserted: $record.inserted,
                    updated: $record.updated,
                    unchanged: $record.unchanged,
                    rejected: $record.rejected,
                    not_records: $record.not_records,
                    processed: $record.processed,
                    total: $record.total,
                    warnings: $record.warnings.map(serde_json::from_value).transpose()?.unwrap_or_default(),
                    problem: $record.problem.map(serde_json::from_value).transpose()?,
                    created_at: $record.created_at,
                    started_at: $record.started_at,
                    finished_at: $record.finished_at,
                    file_until: $record.file_until.filter(|_| $record.has_file),
                    imported_as: None,
                    check: $record.check_id,
                    $($field: $value),*
                })
            }
        }
    };
}
