// Docker's own images, which have no namespace, those that are gone included, and products that people name without theirs.
// https://github.com/docker-library/official-images/tree/master/library
export const officialImages: ReadonlySet<string> = new Set(`
  adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita buildpack-deps
  busybox caddy cassandra celery chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase couchdb crate
  dart debian django docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang express-gateway fedora flink
  fluentd friendica gazebo gcc geonetwork ghost glassfish golang gradle grafana groovy haproxy haskell haxe hello-world hipache hitch httpd
  hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java jenkins jetty jobber joomla jruby julia kaazing-gateway kafka kapacitor keycloak
  kibana kong krakend lightstreamer liquibase localstack logstash mageia mailhog mariadb matomo maven mediawiki memcached minio mongo
  mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx nginx-unprivileged node notary nuxeo odoo open-liberty
  openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin piwik plone postfixadmin postgres
  prometheus pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust
  sapmachine satosa scratch sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swift swipl tarantool teamspeak telegraf thrift
  tomcat tomee traefik traefik-library ubuntu unit valkey varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper
`.trim().split(/\s+/))

/** Whether an image, named as its repository, is one of these, or one that Bitnami builds in place of it: nobody's own program. */
export const isOfficial = (repository: string): boolean => officialImages.has(repository.replace(/^(?:docker\.io\/)?(?:(?:library|bitnami|bitnamilegacy)\/)?/, ''))
