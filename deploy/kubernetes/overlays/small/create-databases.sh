# Runs once, when the server's folder is empty: a database and an account for each PASSWORD_{service}.
for variable in $(compgen -v PASSWORD_); do
  psql -v ON_ERROR_STOP=1 -U postgres -v name="${variable#PASSWORD_}" -v password="${!variable}" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
