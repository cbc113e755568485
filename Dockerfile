# 见 docs/operate.md。构建：docker build -t siwei-bot .
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --use-pep517 --require-hashes -r requirements.lock
COPY bot.py README.md LICENSE ./
COPY siwei_bot siwei_bot
COPY handlers handlers
COPY knowledge knowledge
COPY docs/plan.schema.json docs/plan.schema.json
RUN .venv/bin/python -m compileall -q bot.py siwei_bot handlers

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin siwei-bot \
 && install -d -o siwei-bot -g siwei-bot -m 0700 /data
COPY --from=build /app /app
WORKDIR /app
USER siwei-bot
# 数据在 /data，其余只读
ENV XDG_DATA_HOME=/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH
VOLUME /data
# 口令有效、连得上 Telegram、方案和数据库读得了
HEALTHCHECK --interval=5m --timeout=30s --start-period=30s --retries=3 CMD ["python", "bot.py", "--once"]
ENTRYPOINT ["python", "bot.py"]
