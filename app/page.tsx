export default function Page() {
  return (
    <main>
      <h1>Canvass</h1>
      <p>Canvass is running. It is used by its HTTP API; the README shows the calls.</p>
    </main>
  );
}
