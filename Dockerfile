# The wheel is built in one stage, installed in a second, and only the result is kept.
FROM python:3.12-slim AS wheel
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY templates templates
COPY config config
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist .

FROM python:3.12-slim AS install
COPY --from=wheel /dist /dist
RUN python -m venv /opt/navette && /opt/navette/bin/pip install --no-cache-dir /dist/*.whl

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/navette --create-home --shell /usr/sbin/nologin navette
COPY --from=install /opt/navette /opt/navette
ENV PATH=/opt/navette/bin:$PATH PYTHONUNBUFFERED=1
# Settings are config/navette.toml of this folder; data goes to var/ beside it.
WORKDIR /var/lib/navette
USER navette
VOLUME /var/lib/navette
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s --retries=3 CMD ["navette", "status", "--alive"]
# SIGTERM lets what is being sent be finished and written down.
STOPSIGNAL SIGTERM
ENTRYPOINT ["navette"]
CMD ["run"]
