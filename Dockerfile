# The app for a server: docs/deployment.md tells how to run it. Debian's own Python; nothing is compiled.
FROM debian:bookworm-slim

ENV DEBIAN_FRONTEND=noninteractive
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
ENV PATH=/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# What people make lies in a volume; what the libraries keep for themselves goes with the container.
ENV HDR_HOME=/data HOME=/home/reader KERAS_HOME=/data/keras

RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /home/reader --shell /usr/sbin/nologin reader
RUN install -d -o reader -g reader -m 0700 /data
RUN python3 -m venv /opt/venv

WORKDIR /app
# First what changes seldom: the libraries are installed anew only when their list changes.
COPY requirements.txt /app/
RUN pip install -r requirements.txt
COPY . /app/

USER reader
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD python3 scripts/healthy.py
CMD ["streamlit", "run", "streamlit_app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true", "--server.fileWatcherType=none"]
