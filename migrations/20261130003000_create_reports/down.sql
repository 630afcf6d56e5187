DROP TABLE published_figure, past_day, figure_stale, region_figure, enterprise_figure;
