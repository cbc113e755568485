"""Plan files from Word, Excel and text: see :func:`siwei_bot.importing.draft.import_plan`."""
