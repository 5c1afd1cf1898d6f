"""Where everything is kept: engine, tables of the house, search index, migrations."""
