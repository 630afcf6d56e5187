mod alerts;
mod deadlines;
